#include "curl_api.h"

#include <dlfcn.h>

static const char *const libraries[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};

static const struct symbol {
	const char *name;
	size_t offset;
	bool optional;
} symbols[] = {
	{"curl_global_init", offsetof(struct eg_curl, global_init), false},
	{"curl_easy_init", offsetof(struct eg_curl, easy_init), false},
	{"curl_easy_cleanup", offsetof(struct eg_curl, easy_cleanup), false},
	{"curl_easy_reset", offsetof(struct eg_curl, easy_reset), false},
	{"curl_easy_setopt", offsetof(struct eg_curl, easy_setopt), false},
	{"curl_easy_getinfo", offsetof(struct eg_curl, easy_getinfo), false},
	{"curl_easy_strerror", offsetof(struct eg_curl, easy_strerror), false},
	{"curl_slist_append", offsetof(struct eg_curl, slist_append), false},
	{"curl_slist_free_all", offsetof(struct eg_curl, slist_free_all), false},
	{"curl_multi_init", offsetof(struct eg_curl, multi_init), false},
	{"curl_multi_cleanup", offsetof(struct eg_curl, multi_cleanup), false},
	{"curl_multi_setopt", offsetof(struct eg_curl, multi_setopt), false},
	{"curl_multi_add_handle", offsetof(struct eg_curl, multi_add_handle), false},
	{"curl_multi_remove_handle", offsetof(struct eg_curl, multi_remove_handle), false},
	{"curl_multi_perform", offsetof(struct eg_curl, multi_perform), false},
	{"curl_multi_info_read", offsetof(struct eg_curl, multi_info_read), false},
	{"curl_multi_wait", offsetof(struct eg_curl, multi_wait), false},
	{"curl_multi_poll", offsetof(struct eg_curl, multi_poll), true},
};

const struct eg_curl *eg_curl_load(struct eg_arena *arena, const char **ret_error)
{
	struct eg_curl *curl = EG_NEW(arena, struct eg_curl);
	void *library = NULL;

	for (size_t i = 0; !library && i < sizeof(libraries) / sizeof(*libraries); i++) {
		library = dlopen(libraries[i], RTLD_NOW | RTLD_LOCAL);
		curl->openssl = i == 0;
	}
	if (!library) {
		*ret_error = "neither libcurl.so.4 nor libcurl-gnutls.so.4 can be loaded; install libcurl 4";
		return NULL;
	}
	for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++) {
		void *address = dlsym(library, symbols[i].name);

		if (!address && !symbols[i].optional) {
			*ret_error = eg_strf(arena, "libcurl is too old: it has no %s", symbols[i].name);
			return NULL;
		}
		memcpy((char *)curl + symbols[i].offset, &address, sizeof(address));
	}
	if (curl->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		*ret_error = "libcurl cannot be initialised";
		return NULL;
	}
	return curl; /* never unloaded: TLS libraries do not survive that */
}
