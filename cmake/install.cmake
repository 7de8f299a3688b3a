# What `cmake --install` lays down; the wheel (pyproject.toml) and the Debian package (cpack) are made of it.
set(manual ${CMAKE_CURRENT_BINARY_DIR}/envguard.1)
set(schema ${CMAKE_CURRENT_BINARY_DIR}/policy.schema.json)
add_custom_command(OUTPUT ${manual} DEPENDS envguard COMMAND envguard help --man > ${manual} VERBATIM)
add_custom_command(OUTPUT ${schema} DEPENDS envguard COMMAND envguard policy schema > ${schema} VERBATIM)
add_custom_target(manual ALL DEPENDS ${manual} ${schema})

if(SKBUILD) # a wheel has its programs and its share/ in folders of its own
	set(CMAKE_INSTALL_BINDIR ${SKBUILD_SCRIPTS_DIR})
	foreach(folder DATADIR MANDIR DOCDIR)
		string(PREPEND CMAKE_INSTALL_${folder} ${SKBUILD_DATA_DIR}/)
	endforeach()
endif()
install(TARGETS envguard DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${manual} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${schema} DESTINATION ${CMAKE_INSTALL_DATADIR}/envguard)
install(FILES packaging/completions/envguard.bash RENAME envguard
	DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES packaging/completions/_envguard DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES packaging/completions/envguard.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
