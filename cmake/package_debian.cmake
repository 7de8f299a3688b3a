# Run by cpack on what it has installed, before it is packed: the names and the compression of Debian policy 12.1, 12.5 and 12.7.
set(share ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share)
set(doc ${share}/doc/envguard)
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC) # SOURCE_DATE_EPOCH, where it is set
set(version ${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})

file(RENAME ${doc}/LICENSE ${doc}/copyright)
file(RENAME ${doc}/CHANGELOG.md ${doc}/changelog)
file(WRITE ${doc}/changelog.Debian "envguard (${version}) unstable; urgency=medium\n\n  * changelog.gz tells what is new.\n\n"
	" -- ${CPACK_PACKAGE_CONTACT}  ${date}\n")
execute_process(COMMAND gzip -9n ${share}/man/man1/envguard.1 ${doc}/changelog ${doc}/changelog.Debian
	COMMAND_ERROR_IS_FATAL ANY)
