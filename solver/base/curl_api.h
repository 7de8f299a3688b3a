/* libcurl, loaded when first needed: linked, its 33 libraries would cost every run 5 ms. Private to fetch*.c. */
#ifndef EG_CURL_API_H
#define EG_CURL_API_H

#include <stdbool.h>

#include <curl/curl.h>

#include "arena.h"

#if LIBCURL_VERSION_NUM < 0x075700 /* what is loaded may know more than what was there to compile with */
#define CURLOPT_QUICK_EXIT ((CURLoption)(CURLOPTTYPE_LONG + 322))
#endif

struct eg_curl {
	bool openssl;
	CURLcode (*global_init)(long flags);
	CURL *(*easy_init)(void);
	void (*easy_cleanup)(CURL *);
	void (*easy_reset)(CURL *);
	CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
	CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
	const char *(*easy_strerror)(CURLcode);
	struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
	void (*slist_free_all)(struct curl_slist *);
	CURLM *(*multi_init)(void);
	CURLMcode (*multi_cleanup)(CURLM *);
	CURLMcode (*multi_setopt)(CURLM *, CURLMoption, ...);
	CURLMcode (*multi_add_handle)(CURLM *, CURL *);
	CURLMcode (*multi_remove_handle)(CURLM *, CURL *);
	CURLMcode (*multi_perform)(CURLM *, int *);
	CURLMsg *(*multi_info_read)(CURLM *, int *);
	CURLMcode (*multi_wait)(CURLM *, struct curl_waitfd[], unsigned, int, int *);
	CURLMcode (*multi_poll)(CURLM *, struct curl_waitfd[], unsigned, int, int *); /* NULL before 7.66 */
};

/* NULL, and why, where there is no usable libcurl. */
const struct eg_curl *eg_curl_load(struct eg_arena *arena, const char **ret_error);

#endif
