/* file: URLs and paths, and URLs inside other text. */
#ifndef EG_FILEURL_H
#define EG_FILEURL_H

#include <stdbool.h>

#include "arena.h"

/* file:///… of the absolute, normalised PATH, quoted as pip's path_to_url does. */
char *eg_path_to_url(struct eg_arena *arena, const char *path);

/* The path of a file: URL (query and fragment dropped); NULL when it names another host, is relative
   or no file: URL. */
char *eg_url_to_path(struct eg_arena *arena, const char *url);

/* The scheme in lower case; NULL when S does not begin with one ("torch", "name @ https://…"). */
char *eg_url_scheme(struct eg_arena *arena, const char *s);

/* TEXT with user and password removed from every URL in it: what people may see. */
char *eg_text_public(struct eg_arena *arena, const char *text);

#endif
