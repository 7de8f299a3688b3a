# Libraries, each behind an interface target of our own. Static where the distribution has it: process start is part of
# the budget. A distribution's own package wants its shared ones. libcurl is not linked: solver/base/fetch.c loads it when
# the network is needed.
find_package(PkgConfig REQUIRED)

pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl)
add_library(eg_curl_headers INTERFACE)
target_include_directories(eg_curl_headers SYSTEM INTERFACE ${curl_INCLUDE_DIRS})

option(EG_SHARED_LIBRARIES "link what the system has as shared libraries" OFF)

# eg_library(TARGET HEADER NAME...): the first of the library names that is found, static ones named first.
function(eg_library target header)
	if(EG_SHARED_LIBRARIES)
		list(FILTER ARGN EXCLUDE REGEX "[.]a$")
	endif()
	find_path(${target}_include ${header} REQUIRED)
	find_library(${target}_file NAMES ${ARGN} REQUIRED)
	add_library(${target} INTERFACE)
	target_include_directories(${target} SYSTEM INTERFACE ${${target}_include})
	target_link_libraries(${target} INTERFACE ${${target}_file})
endfunction()

eg_library(eg_zstd zstd.h libzstd.a zstd)
eg_library(eg_zlib zlib.h libz.a z)
eg_library(eg_bzip2 bzlib.h libbz2.a bz2)
eg_library(eg_yajl yajl/yajl_parse.h libyajl_s.a yajl)
eg_library(eg_gumbo gumbo.h libgumbo.a gumbo)
eg_library(eg_cjson cjson/cJSON.h libcjson.a cjson)
eg_library(eg_yaml yaml.h libyaml.a yaml)
eg_library(eg_sodium sodium.h libsodium.a sodium)
eg_library(eg_msgpack msgpack.h libmsgpackc.a libmsgpack-c.a msgpackc msgpack-c)
eg_library(eg_cmocka cmocka.h cmocka)

find_path(eg_tomlplusplus_include toml++/toml.h REQUIRED)
add_library(eg_tomlplusplus INTERFACE)
target_include_directories(eg_tomlplusplus SYSTEM INTERFACE ${eg_tomlplusplus_include})
# header-only, and without libstdc++ at run time
target_compile_definitions(eg_tomlplusplus INTERFACE TOML_HEADER_ONLY=1)
target_link_options(eg_tomlplusplus INTERFACE $<$<LINK_LANGUAGE:CXX>:-static-libstdc++> -static-libgcc)

include(cmake/libsolv.cmake)
