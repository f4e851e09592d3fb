#pragma once

#include <boost/asio/ssl/context.hpp>
#include <string>

#include "base/error.hpp"

namespace remora::http {

/// What a server needs to speak TLS 1.2 and 1.3. Everything that can be wrong with the files is found here,
/// before anything listens. Errors: invalid_config, naming the file and what is wrong with it (not there, no
/// PEM, no certificate, the key is another certificate's).
result<boost::asio::ssl::context> make_tls(const std::string& certificate, const std::string& key);

} // namespace remora::http
