/* Command-line options as Python's optparse reads them, from a visible table; the same table serves configuration. */
#ifndef EG_OPTIONS_H
#define EG_OPTIONS_H

#include "run.h"

enum eg_option_kind {
	EG_OPT_TRUE,   /* int := 1 */
	EG_OPT_FALSE,  /* int := 0 */
	EG_OPT_COUNT,  /* int: one more each time */
	EG_OPT_TEXT,   /* const char * */
	EG_OPT_PATH,   /* const char *, a leading ~ expanded */
	EG_OPT_INT,    /* int */
	EG_OPT_FLOAT,  /* double */
	EG_OPT_CHOICE, /* const char *, one of .choices */
	EG_OPT_LIST,   /* struct eg_strs: one more each time, the words from configuration at once */
	EG_OPT_CALL,   /* .call with the value */
	EG_OPT_BARE,   /* .call without a value (configuration: with one) */
	EG_OPT_NOTHING,/* known, takes no value, changes nothing that matters here */
	EG_OPT_SKIP,   /* the same with a value */
};

struct eg_option_context {
	struct eg_run *run;
	const char *where; /* for messages: "pip.conf, line 3"; NULL: the command line */
};

/* What a value means where storing it is not enough. OPT is the option as written. */
typedef enum eg_error_kind eg_option_fn(const struct eg_option_context *context, const char *opt, const char *value,
					void *values);

struct eg_option {
	const char *name; /* long name without dashes */
	char letter;      /* 0: none */
	enum eg_option_kind kind;
	size_t offset;       /* of the field in the values */
	const char *choices; /* words separated by blanks */
	eg_option_fn *call;
	int since, until;    /* first release that has it, first that has it no more; 0: always (eg_release) */
};

/* A tool's release as one number to compare. */
#define eg_release(major, minor) (100 * (major) + (minor))

struct eg_option_table {
	const struct eg_option *v;
	size_t n;
	int release;      /* the tool's; 0: newest */
	bool interspersed;/* options may follow arguments (optparse's default) */
};

/* Options into VALUES, what is no option into ret_args (with interspersed false: everything from the first argument on).
   Options that the table does not have, or not for this release, go to ret_unknown and are passed over; one that another
   release has takes its value with it. Fails (EG_USAGE) where optparse does: a missing value, a value too many, an
   ambiguous abbreviation, a value of the wrong type. */
enum eg_error_kind eg_options_parse(const struct eg_option_context *context, const struct eg_option_table *table,
				    const char *const *argv, size_t argc, void *values, struct eg_strs *ret_args,
				    struct eg_strs *ret_unknown);

/* KEY (a long name) set to VALUE by a configuration file or the environment, as pip/_internal/cli/parser.py does it: a
   boolean word goes into the field as it is, a list replaces the list. Names that the table lacks are passed over. */
enum eg_error_kind eg_options_configure(const struct eg_option_context *context, const struct eg_option_table *table,
					const char *key, const char *value, void *values);

/* Python's strtobool: -1 when WORD is no boolean word. */
int eg_bool_word(const char *word);

/* A leading "~" or "~/" replaced by the home directory. */
const char *eg_expand_home(struct eg_arena *arena, const char *path);

#endif
