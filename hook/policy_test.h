/* Recorded plans judged again: `envguard policy test`. */
#ifndef EG_POLICY_TEST_H
#define EG_POLICY_TEST_H

#include "terms.h"

/* Each file or folder of PATHS: documents of `dry-run --json` named NAME.allow.json, NAME.warn.json or NAME.block.json. Tells of
   each on stdout. *ret_failed: how many are judged otherwise; EG_NOT_FOUND where there is none. */
enum eg_error_kind eg_policy_test(struct eg_run *run, const char *given, const struct eg_strs *paths, size_t *ret_failed);

#endif
