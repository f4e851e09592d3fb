#pragma once

#include "script/binding.hpp"
#include "script/files/data_root.hpp"

namespace remora::script {

/// The folder of the script that calls, with the file of names as it is by now. Throws an Error when it has
/// none.
data_root& root_of(const helper_call& call);

/// What takes long ends when the script is to be ended.
go_on while_in_budget(const helper_call& call);

} // namespace remora::script
