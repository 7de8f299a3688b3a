/* envguard log: what was judged, blocked and bypassed, over one log or those of many machines. */
#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit.h"
#include "audit_spool.h"
#include "command.h"
#include "file.h"
#include "log_read.h"
#include "map.h"

struct settings {
	struct eg_log_filter filter;
	bool json, summary, send;
	struct eg_strs paths;
	const char *error;
};

static const struct option options[] = {
	{"since", required_argument, NULL, 'a'},   {"until", required_argument, NULL, 'z'},
	{"verdict", required_argument, NULL, 'v'}, {"rule", required_argument, NULL, 'r'},
	{"package", required_argument, NULL, 'p'}, {"user", required_argument, NULL, 'u'},
	{"host", required_argument, NULL, 'h'},    {"bypassed", no_argument, NULL, 'b'},
	{"summary", no_argument, NULL, 's'},       {"json", no_argument, NULL, 'j'},
	{"send", no_argument, NULL, '!'},          {NULL, 0, NULL, 0},
};

/* "2026-11-26", or the beginning of it: "2026-11" */
static bool is_day(const char *text)
{
	static const char shape[] = "dddd-dd-dd";
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		if (i >= sizeof(shape) - 1 || (shape[i] == 'd' ? !isdigit((unsigned char)text[i]) : text[i] != shape[i]))
			return false;
	return n >= 4;
}

static void set_option(struct eg_run *run, struct settings *settings, int code)
{
	const char **const texts[] = {
		['a'] = &settings->filter.since,   ['z'] = &settings->filter.until, ['v'] = &settings->filter.verdict,
		['r'] = &settings->filter.rule,    ['p'] = &settings->filter.package, ['u'] = &settings->filter.user,
		['h'] = &settings->filter.host,
	};
	bool *const marks[] = {['b'] = &settings->filter.bypassed, ['s'] = &settings->summary, ['j'] = &settings->json,
			       ['!'] = &settings->send};
	bool text = (size_t)code < sizeof(texts) / sizeof(*texts) && texts[code];

	if ((code == 'a' || code == 'z') && !is_day(optarg))
		settings->error = eg_strf(run->arena, "--%s wants a day like 2026-11-26, not '%s'",
					  code == 'a' ? "since" : "until", optarg);
	if (text)
		*texts[code] = optarg;
	else
		*marks[code] = true;
}

static void read_options(struct eg_run *run, struct settings *settings, int argc, char **argv)
{
	int code;

	opterr = 0;
	optind = 0;
	while (!settings->error && (code = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		settings->error = eg_option_mistake(run->arena, code, argv[optind - 1], "");
		if (!settings->error)
			set_option(run, settings, code);
	}
	for (int i = optind; i < argc; i++)
		eg_vec_push(run->arena, &settings->paths, argv[i]);
}

/* The log of the policy in force, with what was put aside of it. */
static void add_own(struct eg_run *run, const struct eg_terms *terms, struct eg_strs *ret)
{
	const struct eg_policy_audit *audit = terms->policy->values.audit.n ? &terms->policy->values.audit.v[0] : NULL;
	const char *path = audit ? eg_audit_path(run->arena, audit) : NULL;

	for (int i = path ? audit->keep : -1; i >= 0; i--) {
		const char *file = i ? eg_strf(run->arena, "%s.%d", path, i) : path;
		if (eg_is_file(file))
			eg_vec_push(run->arena, ret, file);
	}
}

static int send_waiting(struct eg_run *run, const struct eg_terms *terms)
{
	pid_t child = fork(); /* whoever has started us does not wait for the collector */

	if (child)
		return child < 0 ? EG_EXIT_UNKNOWN : EG_EXIT_OK;
	setsid();
	for (size_t i = 0; i < terms->policy->values.audit.n; i++) {
		size_t sent;
		if (terms->policy->values.audit.v[i].collector)
			eg_audit_send(run, &terms->policy->values.audit.v[i], &sent);
	}
	return EG_EXIT_OK;
}

static void print_event(struct eg_run *run, const struct eg_log_event *event)
{
	const char *rules = "";

	for (size_t i = 0; i < event->n_findings; i++)
		if (strcmp(event->findings[i].level, "info") || event->findings[i].bypassed || event->findings[i].excepted)
			rules = eg_strf(run->arena, "%s [%s%s%s]", rules, event->findings[i].rule,
					event->findings[i].package ? " " : "",
					event->findings[i].package ? event->findings[i].package : "");
	printf("%.10s %.8s  %s  %s  %-8s %s%s%s%s%s\n", event->time, strlen(event->time) > 11 ? event->time + 11 : "",
	       eg_printable(run->arena, event->host), eg_printable(run->arena, event->user), event->verdict,
	       eg_printable(run->arena, event->command), eg_printable(run->arena, rules),
	       event->passed ? "" : ", not let through", event->bypass ? ", bypassed: " : "",
	       event->bypass ? eg_printable(run->arena, *event->bypass ? event->bypass : "no reason") : "");
}

/* How often each word came up. */
struct tally {
	struct eg_map map;
};

static void count(struct tally *tally, const char *word)
{
	size_t *n = word ? eg_map_get(&tally->map, word) : NULL;

	if (!word)
		return;
	if (!n) {
		n = EG_NEW(tally->map.arena, size_t);
		eg_map_put(&tally->map, word, n);
	}
	++*n;
}

static int most_first(const void *a, const void *b)
{
	const struct eg_map_entry *x = a, *y = b;
	size_t m = *(const size_t *)x->value, n = *(const size_t *)y->value;

	return m != n ? (m < n ? 1 : -1) : strcmp(x->key, y->key);
}

static void print_tally(struct eg_run *run, const char *title, const struct tally *tally)
{
	enum { MOST = 20 };
	struct eg_map_entry *sorted = EG_ARRAY(run->arena, struct eg_map_entry, tally->map.n);

	if (!tally->map.n)
		return;
	memcpy(sorted, tally->map.v, tally->map.n * sizeof(*sorted));
	qsort(sorted, tally->map.n, sizeof(*sorted), most_first);
	printf("\n%s\n", title);
	for (size_t i = 0; i < tally->map.n && i < MOST; i++)
		printf("%8zu  %s\n", *(const size_t *)sorted[i].value, eg_printable(run->arena, sorted[i].key));
}

static void summarise(struct eg_run *run, const struct eg_log_events *events)
{
	struct tally verdicts = {{.arena = run->arena}}, blocking = verdicts, bypassed = verdicts, excepted = verdicts,
		     hosts = verdicts, people = verdicts;
	size_t stopped = 0, bypasses = 0;

	for (size_t i = 0; i < events->n; i++) {
		const struct eg_log_event *event = &events->v[i];
		count(&verdicts, event->verdict);
		stopped += !event->passed;
		bypasses += event->bypass != NULL;
		if (!event->passed)
			count(&hosts, event->host);
		if (event->bypass)
			count(&people, event->user);
		for (size_t k = 0; k < event->n_findings; k++) {
			const struct eg_log_finding *finding = &event->findings[k];
			if (!strcmp(finding->level, "block"))
				count(&blocking, finding->rule);
			if (finding->bypassed)
				count(&bypassed, finding->rule);
			if (finding->excepted)
				count(&excepted, finding->rule);
		}
	}
	printf("%zu transaction%s, %zu not let through, %zu in spite of a finding or without the guard\n", events->n,
	       events->n == 1 ? "" : "s", stopped, bypasses);
	print_tally(run, "verdicts", &verdicts);
	print_tally(run, "rules that blocked", &blocking);
	print_tally(run, "rules that were bypassed", &bypassed);
	print_tally(run, "rules with an exception", &excepted);
	print_tally(run, "machines where something was not let through", &hosts);
	print_tally(run, "who bypassed", &people);
}

static int log_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	const struct eg_policy_search search = {0};
	struct eg_log_events events = {0};
	struct settings settings = {0};
	struct eg_terms terms;
	size_t broken;

	read_options(run, &settings, argc, argv);
	if (settings.error)
		return eg_usage_error(command, "%s", settings.error);
	eg_terms_find(run, &search, &terms);
	if (settings.send)
		return send_waiting(run, &terms);
	if (!settings.paths.n)
		add_own(run, &terms, &settings.paths);
	if (!settings.paths.n)
		return eg_usage_error(command, "the policy keeps no log here: name a file or a folder");
	if (eg_log_read(run, &settings.paths, &settings.filter, &events, &broken)) {
		eg_complain("%s", eg_printable(run->arena, run->error.message));
		return EG_EXIT_UNKNOWN;
	}
	for (size_t i = 0; !settings.summary && i < events.n; i++) {
		if (settings.json)
			puts(events.v[i].line);
		else
			print_event(run, &events.v[i]);
	}
	if (settings.summary)
		summarise(run, &events);
	if (broken)
		eg_complain("%zu line%s of no audit log passed over", broken, broken == 1 ? "" : "s");
	return eg_finish_output(EG_EXIT_OK);
}

const struct eg_command eg_command_log = {
	.name = "log",
	.summary = "what was judged, blocked and bypassed",
	.help = "usage: envguard log [options] [FILE|FOLDER…]\n\n"
		"The audit log that the policy (\"audit\") has kept; of a folder all logs in it, of many machines too.\n\n"
		"  envguard log --since 2026-11 --verdict block\n"
		"  envguard log --summary /srv/collected-logs\n\n"
		"  --since DAY, --until DAY  both included; also 2026-11\n"
		"  --verdict WORD   allow, warn, block, unjudged or off\n"
		"  --rule RULE, --package NAME, --user NAME, --host NAME   with * and ?\n"
		"  --bypassed       only what was done in spite of a finding, or without the guard\n"
		"  --summary        how many, by verdict, rule, machine and user\n"
		"  --json           the lines as they stand in the log\n",
	.main = log_main,
};
