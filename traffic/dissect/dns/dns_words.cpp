#include "traffic/dissect/dns/dns_words.hpp"

#include <algorithm>
#include <iterator>

namespace remora::traffic {

namespace {

struct numbered {
  std::uint16_t number;
  std::string_view name;
};

/// In the order of their numbers.
constexpr numbered types[] = {
    {1, "A"},      {2, "NS"},      {3, "MD"},          {4, "MF"},     {5, "CNAME"},     {6, "SOA"},
    {7, "MB"},     {8, "MG"},      {9, "MR"},          {10, "NULL"},  {11, "WKS"},      {12, "PTR"},
    {13, "HINFO"}, {14, "MINFO"},  {15, "MX"},         {16, "TXT"},   {17, "RP"},       {18, "AFSDB"},
    {19, "X25"},   {20, "ISDN"},   {21, "RT"},         {22, "NSAP"},  {23, "NSAP-PTR"}, {24, "SIG"},
    {25, "KEY"},   {26, "PX"},     {27, "GPOS"},       {28, "AAAA"},  {29, "LOC"},      {30, "NXT"},
    {31, "EID"},   {32, "NB"},     {33, "SRV"},        {34, "ATMA"},  {35, "NAPTR"},    {36, "KX"},
    {37, "CERT"},  {38, "A6"},     {39, "DNAME"},      {40, "SINK"},  {41, "OPT"},      {42, "APL"},
    {43, "DS"},    {44, "SSHFP"},  {45, "IPSECKEY"},   {46, "RRSIG"}, {47, "NSEC"},     {48, "DNSKEY"},
    {49, "DHCID"}, {50, "NSEC3"},  {51, "NSEC3PARAM"}, {52, "TLSA"},  {53, "SMIMEA"},   {55, "HIP"},
    {56, "NINFO"}, {57, "RKEY"},   {58, "TALINK"},     {59, "CDS"},   {60, "CDNSKEY"},  {61, "OPENPGPKEY"},
    {62, "CSYNC"}, {63, "ZONEMD"}, {64, "SVCB"},       {65, "HTTPS"}, {99, "SPF"},      {100, "UINFO"},
    {101, "UID"},  {102, "GID"},   {103, "UNSPEC"},    {104, "NID"},  {105, "L32"},     {106, "L64"},
    {107, "LP"},   {108, "EUI48"}, {109, "EUI64"},     {249, "TKEY"}, {250, "TSIG"},    {251, "IXFR"},
    {252, "AXFR"}, {253, "MAILB"}, {254, "MAILA"},     {255, "ANY"},  {256, "URI"},     {257, "CAA"},
    {258, "AVC"},  {259, "DOA"},   {260, "AMTRELAY"},  {32768, "TA"}, {32769, "DLV"},
};

constexpr numbered options[] = {
    {1, "LLQ"},
    {2, "UL"},
    {3, "NSID"},
    {5, "DAU"},
    {6, "DHU"},
    {7, "N3U"},
    {8, "edns-client-subnet"},
    {9, "EDNS EXPIRE"},
    {10, "COOKIE"},
    {11, "edns-tcp-keepalive"},
    {12, "Padding"},
    {13, "CHAIN"},
    {14, "edns-key-tag"},
    {15, "Extended DNS Error"},
    {16, "EDNS-Client-Tag"},
    {17, "EDNS-Server-Tag"},
    {18, "Report-Channel"},
};

template <std::size_t Count>
std::string name_in(const numbered (&table)[Count], std::uint16_t number, std::string_view otherwise) {
  const auto at = std::lower_bound(std::begin(table), std::end(table), number,
                                   [](const numbered& one, std::uint16_t n) { return one.number < n; });
  if (at != std::end(table) && at->number == number) return std::string{at->name};
  return std::string{otherwise} + std::to_string(number);
}

} // namespace

std::string dns_type_name(std::uint16_t type) { return name_in(types, type, "QUERY-"); }

std::string dns_option_name(std::uint16_t option) { return name_in(options, option, "option-"); }

std::string_view dns_class_name(std::uint16_t klass) noexcept {
  switch (klass) {
    case 1:
      return "IN";
    case 2:
      return "CS";
    case 3:
      return "CH";
    case 4:
      return "HS";
    case 255:
      return "Any";
    default:
      return "Unknown";
  }
}

std::string_view dns_opcode_name(unsigned opcode) noexcept {
  constexpr std::string_view names[] = {"Query", "Inverse Query", "Status", "Unknown", "Notify", "Update"};
  return opcode < std::size(names) ? names[opcode] : "Unknown";
}

std::string_view dns_rcode_name(unsigned rcode) noexcept {
  constexpr std::string_view names[] = {
      "No Error",
      "Format Error",
      "Server Failure ",
      "Non-Existent Domain",
      "Not Implemented",
      "Query Refused",
      "Name Exists when it should not",
      "RR Set Exists when it should not",
      "RR Set that should exist does not",
      "Server Not Authoritative for zone",
      "Name not contained in zone",
      "Unknown",
      "Unknown",
      "Unknown",
      "Unknown",
      "Unknown",
      "Bad OPT Version",
      "Key not recognized",
      "Signature out of time window",
      "Bad TKEY Mode",
      "Duplicate key name",
      "Algorithm not supported",
      "Bad Truncation",
      "Bad Cookie",
  };
  return rcode < std::size(names) ? names[rcode] : "Unknown";
}

} // namespace remora::traffic
