#pragma once

#include "protocol/item/item.hpp"
#include "traffic/names/name_book.hpp"

namespace remora::traffic {

/// Tells a name book what a DNS item's answers say: every address that the name asked for has, aliases
/// followed. Items of other protocols, failed queries, halves, and answers to another question than was asked
/// tell nothing: who wants to name an address here has to know a query that is on its way.
void learn_names(const item& from, name_book& names);

} // namespace remora::traffic
