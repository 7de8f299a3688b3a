/* envguard rules: the list that everything else about rules follows from. */
#include <string.h>

#include "command.h"
#include "doctor.h"
#include "rule.h"

static int rules_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	(void)run;
	if (argc > 1)
		return eg_usage_error(command, "unexpected argument '%s'", argv[1]);
	printf("%-24s %-12s %-8s %s\n", "RULE", "SIDE EFFECT", "REQUEST", "MEANING");
	for (size_t i = 0; eg_rules[i]; i++)
		printf("%-24s %-12s %-8s %s\n%-46s (%s)\n", eg_rules[i]->id, eg_level_name(eg_rules[i]->side_effect),
		       eg_level_name(eg_rules[i]->request), eg_rules[i]->help, "", eg_rules[i]->source);
	printf("\n%-24s %s\n", "OF ENVGUARD DOCTOR", "MEANING");
	for (size_t i = 0; eg_checks[i]; i++)
		printf("%-24s %s\n", eg_checks[i]->id, eg_checks[i]->help);
	return eg_finish_output(EG_EXIT_OK);
}

const struct eg_command eg_command_rules = {
	.name = "rules",
	.summary = "the rules, and how grave each of them is",
	.help = "usage: envguard rules\n\n"
		"Lists the rules. A side effect is a change to a package that the command does not name;\n"
		"a request names it. A level is the gravest that the rule gives by default. In parentheses: what\n"
		"the rule's findings rest on ('envguard facts show TABLE' has a table's rows with their sources).\n"
		"What envguard doctor asks of an environment as it stands follows.\n",
	.main = rules_main,
};
