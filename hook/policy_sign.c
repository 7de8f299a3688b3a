#include "policy_sign.h"

#include <sys/stat.h>

#include "ceilings.h"
#include "file.h"
#include "minisign.h"
#include "style.h"

static enum eg_error_kind write_new(struct eg_run *run, const char *path, const char *text, unsigned mode)
{
	struct stat st;

	if (!lstat(path, &st))
		return eg_fail(run, EG_IO, "'%s' is there already", path);
	return eg_file_write(run, path, text, strlen(text), mode);
}

enum eg_error_kind eg_policy_new_key(struct eg_run *run, const char *name)
{
	const char *secret, *public, *secret_path = eg_strf(run->arena, "%s.key", name);
	const char *public_path = eg_strf(run->arena, "%s.pub", name);
	enum eg_error_kind kind = eg_minisign_new(run, &secret, &public);

	if (!kind)
		kind = write_new(run, secret_path, secret, 0600);
	if (!kind)
		kind = write_new(run, public_path, public, 0644);
	if (!kind)
		printf("%s: keep it where only signers reach it\n%s: for the \"keys\" of a policy: %s",
		       eg_printable(run->arena, secret_path), eg_printable(run->arena, public_path),
		       strchr(public, '\n') + 1);
	return kind;
}

enum eg_error_kind eg_policy_sign(struct eg_run *run, const char *file, const char *key_file, const char *password_file)
{
	const char *slash = strrchr(file, '/'), *signature, *path = eg_strf(run->arena, "%s.minisig", file);
	char *text, *secret, *password = NULL;
	size_t n;
	enum eg_error_kind kind = eg_file_read(run, file, EG_MAX_POLICY, &text, &n);

	if (!kind)
		kind = eg_file_read(run, key_file, EG_MAX_CONFIG, &secret, NULL);
	if (!kind && password_file)
		kind = eg_file_read(run, password_file, EG_MAX_CONFIG, &password, NULL);
	if (password)
		password[strcspn(password, "\r\n")] = 0;
	if (!kind)
		kind = eg_minisign_sign(run, text, n, slash ? slash + 1 : file, secret, password, &signature);
	if (!kind)
		kind = eg_file_write(run, path, signature, strlen(signature), 0644);
	if (!kind)
		printf("%s\n", eg_printable(run->arena, path));
	return kind;
}

/* The key of a .pub file: its second line, or its only one. */
static const char *key_of(struct eg_arena *arena, const char *text)
{
	const char *end = strchr(text, '\n');

	if (end && !strncmp(text, "untrusted comment:", 18))
		text = end + 1;
	return eg_strndup(arena, text, strcspn(text, "\r\n"));
}

enum eg_error_kind eg_policy_verify(struct eg_run *run, const char *file, const char *key_file, const struct eg_policy *policy)
{
	char *text, *signature, *key = NULL;
	size_t n;
	enum eg_error_kind kind = eg_file_read(run, file, EG_MAX_POLICY, &text, &n);
	const struct eg_policy_pairs *keys = &policy->values.keys;

	if (!kind)
		kind = eg_file_read(run, eg_strf(run->arena, "%s.minisig", file), EG_MAX_CONFIG, &signature, NULL);
	if (!kind && key_file)
		kind = eg_file_read(run, key_file, EG_MAX_CONFIG, &key, NULL);
	if (!kind && key)
		kind = eg_minisign_verify(run, text, n, signature, key_of(run->arena, key));
	if (!kind && key)
		printf("%s: signed by %s\n", eg_printable(run->arena, file), eg_printable(run->arena, key_file));
	if (kind || key)
		return kind;
	for (size_t i = 0; i < keys->n; i++) {
		eg_recover(run);
		kind = eg_minisign_verify(run, text, n, signature, keys->v[i].value);
		if (kind)
			continue;
		printf("%s: signed by %s\n", eg_printable(run->arena, file), eg_printable(run->arena, keys->v[i].name));
		return EG_OK;
	}
	return kind ? kind : eg_fail(run, EG_NOT_FOUND, "the policy has no keys: --key FILE.pub names one");
}
