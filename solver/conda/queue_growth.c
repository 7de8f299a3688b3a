/* libsolv's queues grow by eight, and one that is emptied in front is moved as a whole for each place that this gives: with
   many records under the names that are reached, most of a solve goes there. This takes the place of its queue_alloc_one (the
   linker's --wrap), and doubles instead. */
#include <limits.h>
#include <solv/queue.h>
#include <solv/util.h>
#include <string.h>

enum { FIRST = 8 };

void __wrap_queue_alloc_one(Queue *q);

void __wrap_queue_alloc_one(Queue *q)
{
	int count = q->count, front = q->alloc ? (int)(q->elements - q->alloc) : 0;

	if (front > count && front > FIRST) {
		memmove(q->alloc, q->elements, (size_t)count * sizeof(*q->alloc));
		q->left += front;
	} else {
		if (count > INT_MAX / 4)
			solv_oom((size_t)count, sizeof(Id));
		int room = count + (count > FIRST ? count : FIRST);
		Id *alloc = solv_malloc2((size_t)room, sizeof(*alloc));

		if (count)
			memcpy(alloc, q->elements, (size_t)count * sizeof(*alloc));
		solv_free(q->alloc);
		q->alloc = alloc;
		q->left = room - count;
	}
	q->elements = q->alloc;
}
