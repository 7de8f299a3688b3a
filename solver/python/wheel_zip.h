/* The METADATA of a wheel, from as few of its bytes as possible. */
#ifndef EG_WHEEL_ZIP_H
#define EG_WHEEL_ZIP_H

#include "zip.h"

/* The text of the METADATA in the wheel FILE of the normalised PROJECT. WHAT names it in messages. EG_OK with
   ret_need->end set: add those bytes and call again. */
enum eg_error_kind eg_wheel_metadata(struct eg_run *run, const struct eg_sparse *file, const char *what,
				     const char *project, char **ret, size_t *ret_n, struct eg_need *ret_need);

/* The same for a wheel on the disk. */
enum eg_error_kind eg_wheel_metadata_of_file(struct eg_run *run, const char *path, const char *project, char **ret,
					     size_t *ret_n);

#endif
