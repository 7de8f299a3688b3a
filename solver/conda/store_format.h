/* The file that store_write.c writes and store_read.c reads, in the byte order of the machine:
   head, blocks, then the index: struct block[n_blocks], struct name[n_names], struct chunk[n_chunks], texts. */
#ifndef EG_STORE_FORMAT_H
#define EG_STORE_FORMAT_H

#include <stdint.h>

#define EG_STORE_MAGIC "EGCONDA1"

struct eg_store_head {
	char magic[8];
	uint64_t checksum; /* of all that follows in the head */
	uint64_t index, size; /* where the index begins, and the file ends */
	uint32_t n_blocks, n_names, n_chunks, n_texts;
	uint32_t identity, base_url; /* in the texts */
};

struct eg_store_block {
	uint64_t start;
	uint32_t packed, raw;
};

/* Sorted by text. Its chunks are those up to the next name's. */
struct eg_store_name {
	uint32_t text, first_chunk;
};

/* Records of one name that lie side by side; before them the name with its NUL. */
struct eg_store_chunk {
	uint32_t block, start, n;
};

/* Then fn, version, build, subdir and the lists, each text with its NUL, then the hashes that are there, in binary. */
struct eg_store_packed {
	uint32_t n; /* of all of it */
	uint8_t section, noarch, has_sha256, has_md5;
	uint32_t lists[3];
	uint32_t zero;
	int64_t build_number, size, timestamp;
};

/* FNV-1a */
static inline uint64_t eg_store_checksum(const void *bytes, uint64_t n)
{
	const unsigned char *p = bytes;
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (uint64_t i = 0; i < n; i++)
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	return h;
}

#endif
