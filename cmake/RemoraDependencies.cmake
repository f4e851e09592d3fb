# Every third-party library, found once. All are Debian packages; scripts/setup.sh installs them.
find_package(Threads REQUIRED)
find_package(tl-expected REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(date REQUIRED)
find_package(CLI11 REQUIRED)
find_package(cppzmq REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto SSL)
find_package(Boost 1.81 REQUIRED)
# ThreadSanitizer does not know fences, and g++ says so as an error; Asio's locks are enough for it.
if(REMORA_SANITIZE MATCHES thread)
  target_compile_definitions(Boost::headers INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()
find_package(PkgConfig REQUIRED)
pkg_check_modules(libpcap REQUIRED IMPORTED_TARGET libpcap)

# Debian's CAF 0.17 installs neither a CMake package nor a .pc file.
find_library(CAF_CORE caf_core REQUIRED)
add_library(caf::core INTERFACE IMPORTED)
target_link_libraries(caf::core INTERFACE ${CAF_CORE} Threads::Threads)
# A message type that is not registered is a compile error, not an empty message.
target_compile_definitions(caf::core INTERFACE CAF_ENABLE_TYPE_ID_CHECKS)
