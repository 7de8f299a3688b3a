#include "minisign.h"

#include <sodium.h>
#include <time.h>

enum { NUMBER = 8, SALT = 32, CHECK = 32, COMMENT = 1024 };

/* The bytes of a public key, of a signature, and of a secret key: minisign.h of the reference. */
struct public_key {
	unsigned char algorithm[2], number[NUMBER], key[crypto_sign_PUBLICKEYBYTES];
};

struct signature {
	unsigned char algorithm[2], number[NUMBER], bytes[crypto_sign_BYTES];
};

struct secret_key {
	unsigned char algorithm[2], kdf[2], checksum[2], salt[SALT], ops[8], memory[8];
	/* what a password hides */
	unsigned char number[NUMBER], key[crypto_sign_SECRETKEYBYTES], check[CHECK];
};

enum { HIDDEN = NUMBER + crypto_sign_SECRETKEYBYTES + CHECK };

static enum eg_error_kind start(struct eg_run *run)
{
	return sodium_init() < 0 ? eg_fail(run, EG_BUG, "libsodium does not start") : EG_OK;
}

/* The line of TEXT with this number, from 0; its length in *ret_n. NULL: there is none. */
static const char *line(const char *text, int number, size_t *ret_n)
{
	for (; number; number--) {
		text = strchr(text, '\n');
		if (!text++)
			return NULL;
	}
	*ret_n = strcspn(text, "\r\n");
	return *ret_n ? text : NULL;
}

/* Base64 of exactly SIZE bytes. */
static bool decode(const char *text, size_t n, void *ret, size_t size)
{
	size_t found;
	const char *end;

	return text && !sodium_base642bin(ret, size, text, n, NULL, &found, &end, sodium_base64_VARIANT_ORIGINAL) &&
	       found == size && end == text + n;
}

static const char *encode(struct eg_arena *arena, const void *bytes, size_t n)
{
	char *text = eg_alloc(arena, sodium_base64_ENCODED_LEN(n, sodium_base64_VARIANT_ORIGINAL));

	return sodium_bin2base64(text, sodium_base64_ENCODED_LEN(n, sodium_base64_VARIANT_ORIGINAL), bytes, n,
				 sodium_base64_VARIANT_ORIGINAL);
}

static void hash(const char *text, size_t n, unsigned char ret[crypto_generichash_BYTES_MAX])
{
	crypto_generichash(ret, crypto_generichash_BYTES_MAX, (const unsigned char *)text, n, NULL, 0);
}

/* "trusted comment: …" is signed together with the signature. */
static bool comment_is_signed(const char *comment, size_t n, const struct signature *signature, const unsigned char *global,
			      const struct public_key *key)
{
	unsigned char bytes[crypto_sign_BYTES + COMMENT];

	memcpy(bytes, signature->bytes, crypto_sign_BYTES);
	memcpy(bytes + crypto_sign_BYTES, comment, n);
	return !crypto_sign_verify_detached(global, bytes, crypto_sign_BYTES + n, key->key);
}

enum eg_error_kind eg_minisign_verify(struct eg_run *run, const char *text, size_t n, const char *signature,
				      const char *public_key)
{
	static const char trusted[] = "trusted comment: ";
	unsigned char global[crypto_sign_BYTES], digest[crypto_generichash_BYTES_MAX];
	struct public_key key;
	struct signature read;
	size_t m = 0, comment_n = 0, global_n = 0;

	if (start(run))
		return run->error.kind;
	if (!decode(public_key, strlen(public_key), &key, sizeof(key)) || memcmp(key.algorithm, "Ed", 2))
		return eg_fail(run, EG_FORMAT, "'%s' is no public key of minisign's (\"RW…\")", public_key);
	const char *own = line(signature, 1, &m), *comment = line(signature, 2, &comment_n);
	const char *last = line(signature, 3, &global_n);
	bool prehashed = decode(own, m, &read, sizeof(read)) && !memcmp(read.algorithm, "ED", 2);
	if (!own || !comment || !decode(own, m, &read, sizeof(read)) || (!prehashed && memcmp(read.algorithm, "Ed", 2)) ||
	    strncmp(comment, trusted, sizeof(trusted) - 1) || comment_n - (sizeof(trusted) - 1) > COMMENT ||
	    !decode(last, global_n, global, sizeof(global)))
		return eg_fail(run, EG_FORMAT, "the signature is none of minisign's");
	if (memcmp(read.number, key.number, NUMBER))
		return eg_fail(run, EG_FORMAT, "the signature is by another key");
	hash(text, n, digest);
	if (crypto_sign_verify_detached(read.bytes, prehashed ? digest : (const unsigned char *)text,
					prehashed ? sizeof(digest) : n, key.key))
		return eg_fail(run, EG_FORMAT, "the signature does not verify: it is another text that was signed");
	if (!comment_is_signed(comment + sizeof(trusted) - 1, comment_n - (sizeof(trusted) - 1), &read, global, &key))
		return eg_fail(run, EG_FORMAT, "the signature's trusted comment was changed");
	return EG_OK;
}

static uint64_t little_endian(const unsigned char *bytes)
{
	uint64_t number = 0;

	for (int i = 7; i >= 0; i--)
		number = number << 8 | bytes[i];
	return number;
}

static void checksum_of(const struct secret_key *key, unsigned char ret[CHECK])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, CHECK);
	crypto_generichash_update(&state, key->algorithm, sizeof(key->algorithm));
	crypto_generichash_update(&state, key->number, sizeof(key->number));
	crypto_generichash_update(&state, key->key, sizeof(key->key));
	crypto_generichash_final(&state, ret, CHECK);
}

static enum eg_error_kind uncover(struct eg_run *run, struct secret_key *key, const char *password)
{
	unsigned char stream[HIDDEN], *hidden = key->number;

	if (!password)
		return eg_fail(run, EG_USAGE, "the secret key is encrypted: --password-file says how it opens");
	if (little_endian(key->memory) > (uint64_t)4 << 30 ||
	    crypto_pwhash_scryptsalsa208sha256(stream, sizeof(stream), password, strlen(password), key->salt,
					       little_endian(key->ops), (size_t)little_endian(key->memory)))
		return eg_fail(run, EG_LIMIT, "no memory to open the secret key");
	for (size_t i = 0; i < HIDDEN; i++)
		hidden[i] ^= stream[i];
	sodium_memzero(stream, sizeof(stream));
	return EG_OK;
}

static enum eg_error_kind read_secret(struct eg_run *run, const char *text, const char *password, struct secret_key *ret)
{
	unsigned char check[CHECK];
	size_t n = 0;
	const char *own = line(text, 1, &n);
	enum eg_error_kind kind = EG_OK;

	if (!decode(own, n, ret, sizeof(*ret)) || memcmp(ret->algorithm, "Ed", 2))
		return eg_fail(run, EG_FORMAT, "no secret key of minisign's");
	if (!memcmp(ret->kdf, "Sc", 2))
		kind = uncover(run, ret, password);
	checksum_of(ret, check);
	/* minisign -W writes no checksum */
	bool none = memcmp(ret->kdf, "Sc", 2) && sodium_is_zero(ret->check, CHECK);
	if (!kind && !none && memcmp(check, ret->check, CHECK))
		kind = eg_fail(run, EG_FORMAT, "the secret key does not open: %s",
			       password ? "the password is another" : "it is damaged");
	return kind;
}

enum eg_error_kind eg_minisign_sign(struct eg_run *run, const char *text, size_t n, const char *name, const char *secret,
				    const char *password, const char **ret)
{
	unsigned char digest[crypto_generichash_BYTES_MAX], global[crypto_sign_BYTES], bytes[crypto_sign_BYTES + COMMENT];
	struct secret_key key;
	struct signature signature = {.algorithm = {'E', 'D'}};
	enum eg_error_kind kind = start(run);

	if (!kind)
		kind = read_secret(run, secret, password, &key);
	if (kind)
		return kind;
	const char *comment = eg_strf(run->arena, "timestamp:%lld\tfile:%.200s\thashed", (long long)time(NULL), name);
	memcpy(signature.number, key.number, NUMBER);
	hash(text, n, digest);
	crypto_sign_detached(signature.bytes, NULL, digest, sizeof(digest), key.key);
	memcpy(bytes, signature.bytes, crypto_sign_BYTES);
	memcpy(bytes + crypto_sign_BYTES, comment, strlen(comment));
	crypto_sign_detached(global, NULL, bytes, crypto_sign_BYTES + strlen(comment), key.key);
	sodium_memzero(&key, sizeof(key));
	*ret = eg_strf(run->arena, "untrusted comment: signature of a policy of envguard's\n%s\ntrusted comment: %s\n%s\n",
		       encode(run->arena, &signature, sizeof(signature)), comment, encode(run->arena, global, sizeof(global)));
	return EG_OK;
}

enum eg_error_kind eg_minisign_new(struct eg_run *run, const char **ret_secret, const char **ret_public)
{
	struct secret_key secret = {.algorithm = {'E', 'd'}, .checksum = {'B', '2'}};
	struct public_key public = {.algorithm = {'E', 'd'}};

	if (start(run))
		return run->error.kind;
	crypto_sign_keypair(public.key, secret.key);
	randombytes_buf(secret.number, NUMBER);
	memcpy(public.number, secret.number, NUMBER);
	checksum_of(&secret, secret.check);
	*ret_secret = eg_strf(run->arena, "untrusted comment: minisign secret key, not encrypted\n%s\n",
			      encode(run->arena, &secret, sizeof(secret)));
	*ret_public = eg_strf(run->arena, "untrusted comment: minisign public key\n%s\n",
			      encode(run->arena, &public, sizeof(public)));
	sodium_memzero(&secret, sizeof(secret));
	return EG_OK;
}
