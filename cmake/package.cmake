# `cpack` in a build folder makes a Debian package of what is installed.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME envguard)
set(CPACK_PACKAGE_CONTACT "the envguard authors <envguard@users.noreply.example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "guard that keeps installers from breaking GPU environments")
set(CPACK_PACKAGE_DESCRIPTION "Forecasts what pip, uv, conda or mamba would do to an environment with a GPU
framework in it, judges the outcome by the machine's driver and GPUs, and
names the command to take instead, before anything is changed.")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libcurl4t64 | libcurl4") # loaded when the network is needed
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/package_debian.cmake)
include(CPack)
