/* Requirements files down to the single requirement; the files that one names are not read. */
#include "fuzz.h"

#include "python/reqline.h"
#include "python/reqtext.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	struct eg_interpreter interpreter = {0};
	struct eg_pip_reader reader = {.run = run, .interpreter = &interpreter};
	struct eg_text_lines lines = {0};
	struct eg_pip_line line;

	for (int i = 0; i < EG_N_MARKER_VARIABLES; i++)
		interpreter.markers.value[i] = "3.11.4";
	if (eg_reqtext_lines(run, "r.txt", (const char *)data, size, &lines) == EG_OK)
		for (size_t i = 0; i < lines.n; i++) {
			eg_pip_line_parse(&reader, lines.v[i].text, "-r r.txt", &line);
			eg_recover(run);
			eg_pip_line_parse_editable(&reader, lines.v[i].text, "-r r.txt", &line);
			eg_recover(run);
		}
	fuzz_run_free(run);
	return 0;
}
