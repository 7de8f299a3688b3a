# eg_libsolv: libsolv with conda support. The system's if it was built that way, else the upstream source that the PyPI
# project `solv` carries as its sdist, built static once per compiler and shared by all build trees.
set(libsolv_version 0.7.39.post1)
set(libsolv_sha256 6f9bb51f2bac747b494783a1c940fd6df58c3cc8ee2e61cc6a53256b0c4958eb)
set(EG_LIBSOLV_SOURCE "" CACHE PATH "libsolv source tree to build, instead of fetching one")
set(EG_DEPENDENCIES "${CMAKE_BINARY_DIR}/dependencies" CACHE PATH "where dependencies that are not the system's are built")

# libsolv_from_system(FOUND): only a libsolv built with ENABLE_CONDA installs solv/conda.h.
function(libsolv_from_system ret_found)
	set(${ret_found} FALSE PARENT_SCOPE)
	find_path(libsolv_include solv/conda.h)
	find_library(libsolv_file NAMES libsolv.a solv)
	find_library(libsolvext_file NAMES libsolvext.a solvext)
	mark_as_advanced(libsolv_include libsolv_file libsolvext_file)
	if(EG_LIBSOLV_SOURCE OR NOT libsolv_include OR NOT libsolv_file OR NOT libsolvext_file)
		return()
	endif()
	target_include_directories(eg_libsolv SYSTEM INTERFACE ${libsolv_include})
	target_link_libraries(eg_libsolv INTERFACE ${libsolvext_file} ${libsolv_file})
	message(STATUS "libsolv: ${libsolv_file}")
	set(${ret_found} TRUE PARENT_SCOPE)
endfunction()

# libsolv_fetch(SOURCE_DIR): the pinned source, unpacked below EG_DEPENDENCIES.
function(libsolv_fetch ret_source)
	set(source ${EG_DEPENDENCIES}/solv-${libsolv_version})
	set(${ret_source} ${source} PARENT_SCOPE)
	if(EXISTS ${source}/CMakeLists.txt)
		return()
	endif()
	find_package(Python3 REQUIRED COMPONENTS Interpreter)
	execute_process(
		COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/fetch_sdist.py
			solv ${libsolv_version} ${libsolv_sha256} ${source}.tar.gz
		ERROR_VARIABLE complaint RESULT_VARIABLE status)
	if(NOT status EQUAL 0)
		message(FATAL_ERROR "libsolv with conda support is not installed, and its source cannot be fetched:\n"
			"${complaint}"
			"Without network: unpack solv-${libsolv_version}.tar.gz (SHA-256 ${libsolv_sha256}) or a checkout of "
			"libsolv and configure with -DEG_LIBSOLV_SOURCE=DIR.")
	endif()
	# unpacked aside, so that an interrupted run leaves no half of a source tree
	file(REMOVE_RECURSE ${source}.partial)
	file(ARCHIVE_EXTRACT INPUT ${source}.tar.gz DESTINATION ${source}.partial)
	file(RENAME ${source}.partial/solv-${libsolv_version} ${source})
	file(REMOVE_RECURSE ${source}.partial)
endfunction()

# libsolv_run(LOG COMMAND...): one step of the build; what it says is shown when it fails.
function(libsolv_run log)
	execute_process(COMMAND ${ARGN} OUTPUT_FILE ${log} ERROR_FILE ${log} RESULT_VARIABLE status)
	if(NOT status EQUAL 0)
		file(READ ${log} said)
		message(FATAL_ERROR "cannot build libsolv (${ARGN}):\n${said}")
	endif()
endfunction()

# libsolv_build(SOURCE PREFIX): optimised in every configuration, and without our warnings and sanitizers. The sdist has
# no install rules: headers and archives are gathered here, under the name that includes expect (solv/…).
function(libsolv_build source prefix)
	message(STATUS "libsolv: building ${source}, once for this compiler")
	set(tree ${prefix}.build)
	cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)
	libsolv_run(${prefix}.log ${CMAKE_COMMAND} -S ${source} -B ${tree} -G ${CMAKE_GENERATOR}
		-DCMAKE_C_COMPILER=${CMAKE_C_COMPILER} -DCMAKE_BUILD_TYPE=Release
		"-DCMAKE_C_FLAGS=-w -ffunction-sections -fdata-sections"
		-DCMAKE_POSITION_INDEPENDENT_CODE=ON -DCMAKE_POLICY_VERSION_MINIMUM=3.5
		-DENABLE_CONDA=ON -DENABLE_STATIC=ON -DDISABLE_SHARED=ON)
	libsolv_run(${prefix}.log ${CMAKE_COMMAND} --build ${tree} --parallel ${cores} --target libsolv libsolvext)
	file(GLOB headers ${source}/src/*.h ${source}/ext/*.h ${tree}/src/solvversion.h)
	file(COPY ${headers} DESTINATION ${prefix}.partial/include/solv)
	file(COPY ${tree}/src/libsolv.a ${tree}/ext/libsolvext.a DESTINATION ${prefix}.partial/lib)
	file(REMOVE_RECURSE ${tree})
	file(RENAME ${prefix}.partial ${prefix})
endfunction()

# libsolv_from_source(): into a folder named after all that makes one build differ from another; a lock, because build
# trees that are configured at the same time share it.
function(libsolv_from_source)
	file(MAKE_DIRECTORY ${EG_DEPENDENCIES})
	file(LOCK ${EG_DEPENDENCIES} DIRECTORY GUARD FUNCTION TIMEOUT 600)
	if(EG_LIBSOLV_SOURCE)
		set(source ${EG_LIBSOLV_SOURCE})
	else()
		libsolv_fetch(source)
	endif()
	string(SHA256 key "${source} ${CMAKE_C_COMPILER} ${CMAKE_C_COMPILER_VERSION}")
	string(SUBSTRING ${key} 0 12 key)
	set(prefix ${EG_DEPENDENCIES}/libsolv-${key})
	if(NOT EXISTS ${prefix})
		libsolv_build(${source} ${prefix})
	endif()
	target_include_directories(eg_libsolv SYSTEM INTERFACE ${prefix}/include)
	target_link_libraries(eg_libsolv INTERFACE ${prefix}/lib/libsolvext.a ${prefix}/lib/libsolv.a eg_zlib)
	message(STATUS "libsolv: ${prefix}/lib/libsolv.a")
endfunction()

add_library(eg_libsolv INTERFACE)
libsolv_from_system(libsolv_found)
if(NOT libsolv_found)
	libsolv_from_source()
endif()
