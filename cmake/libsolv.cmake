# eg_libsolv: libsolv with conda support.
add_library(eg_libsolv INTERFACE)
