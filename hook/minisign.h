/* Signatures of files as minisign makes them (jedisct1/minisign: the format of its README), by libsodium. */
#ifndef EG_MINISIGN_H
#define EG_MINISIGN_H

#include "run.h"

/* Is TEXT (N bytes) what SIGNATURE, a .minisig file's text, says it is, by PUBLIC_KEY: the "RW…" line of a .pub file? EG_FORMAT, and
   which of it is wrong. */
enum eg_error_kind eg_minisign_verify(struct eg_run *run, const char *text, size_t n, const char *signature,
				      const char *public_key);

/* The text of a .minisig file for TEXT, called NAME in its trusted comment. SECRET is the text of a minisign .key file, PASSWORD
   NULL: it is not encrypted. */
enum eg_error_kind eg_minisign_sign(struct eg_run *run, const char *text, size_t n, const char *name, const char *secret,
				    const char *password, const char **ret);

/* A new pair: the texts of a .key file, not encrypted, and of a .pub file. */
enum eg_error_kind eg_minisign_new(struct eg_run *run, const char **ret_secret, const char **ret_public);

#endif
