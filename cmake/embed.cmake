# eg_embed(TARGET FILE SYMBOL): FILE's bytes, and a NUL after them, as `const char SYMBOL[]` and `const size_t SYMBOL_size`
# (without the NUL) in TARGET; declared by the C file that uses them.
function(eg_embed target file symbol)
	set(source ${CMAKE_CURRENT_BINARY_DIR}/embed/${symbol}.c)
	cmake_path(ABSOLUTE_PATH file)
	add_custom_command(OUTPUT ${source} DEPENDS ${file} ${CMAKE_CURRENT_FUNCTION_LIST_FILE}
		COMMAND ${CMAKE_COMMAND} -DINPUT=${file} -DOUTPUT=${source} -DSYMBOL=${symbol}
			-P ${CMAKE_CURRENT_FUNCTION_LIST_FILE}
		VERBATIM)
	target_sources(${target} PRIVATE ${source})
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
	file(READ ${INPUT} bytes HEX)
	string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
	string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
	file(WRITE ${OUTPUT} "#include <stddef.h>\n\nextern const char ${SYMBOL}[];\nextern const size_t ${SYMBOL}_size;\n\n"
		"const char ${SYMBOL}[] = {\n${bytes}0};\nconst size_t ${SYMBOL}_size = sizeof(${SYMBOL}) - 1;\n")
endif()
