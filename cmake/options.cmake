# What every target of the project is compiled with.
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_EXTENSIONS ON) # POSIX and GNU declarations
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

option(EG_SANITIZE "build with the address and undefined-behaviour sanitizers" OFF)
option(EG_COVERAGE "build for coverage measurement" OFF)
option(EG_FUZZ "build the libFuzzer targets (clang)" OFF)

add_library(eg_options INTERFACE)
target_compile_definitions(eg_options INTERFACE _GNU_SOURCE)
target_compile_options(eg_options INTERFACE
	-Wall -Wextra -Wpedantic -Wshadow -Wpointer-arith -Wundef -Wformat=2 -Wvla -Werror
	$<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes -Wmissing-prototypes>
	-fstack-protector-strong)
target_link_options(eg_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed)
if(EG_SANITIZE)
	target_compile_options(eg_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
	target_link_options(eg_options INTERFACE -fsanitize=address,undefined)
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
	target_compile_definitions(eg_options INTERFACE _FORTIFY_SOURCE=2)
	# what an optimiser suspects differs from one compiler version to the next: no reason to fail a user's build
	target_compile_options(eg_options INTERFACE $<$<C_COMPILER_ID:GNU>:-Wno-error=maybe-uninitialized>)
endif()
if(EG_FUZZ)
	target_compile_options(eg_options INTERFACE -fsanitize=fuzzer-no-link)
	target_link_options(eg_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(EG_COVERAGE)
	target_compile_options(eg_options INTERFACE --coverage)
	target_link_options(eg_options INTERFACE --coverage)
endif()
