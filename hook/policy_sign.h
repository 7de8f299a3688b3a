/* `envguard policy key`, `sign` and `verify`. */
#ifndef EG_POLICY_SIGN_H
#define EG_POLICY_SIGN_H

#include "terms.h"

/* NAME.key and NAME.pub, neither of which may be there. */
enum eg_error_kind eg_policy_new_key(struct eg_run *run, const char *name);

/* FILE.minisig. PASSWORD_FILE NULL: the key is not encrypted. */
enum eg_error_kind eg_policy_sign(struct eg_run *run, const char *file, const char *key_file, const char *password_file);

/* FILE against FILE.minisig, by the key in KEY_FILE, else by any of the policy's. */
enum eg_error_kind eg_policy_verify(struct eg_run *run, const char *file, const char *key_file, const struct eg_policy *policy);

#endif
