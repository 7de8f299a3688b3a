#!/bin/sh
# The completions of each shell that is there, asked by that shell. usage: tests/completions.sh ENVGUARD
set -eu
here=$(cd "$(dirname "$0")/../packaging/completions" && pwd)
PATH=$(cd "$(dirname "$1")" && pwd):$PATH

# expect SHELL WORD ANSWER: among the lines of ANSWER is WORD
expect() {
	printf '%s\n' "$3" | grep -qx -- "$2" || { echo "$1: no '$2' in: $3" >&2; exit 1; }
}

in_bash() {
	bash -c '. "$0/envguard.bash"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _envguard; printf "%s\n" "${COMPREPLY[@]}"' "$here" "$@"
}
expect bash dry-run "$(in_bash envguard dry)"
expect bash --sarif "$(in_bash envguard dry-run --s)"
expect bash doctor "$(in_bash envguard help doc)"

if command -v fish >/dev/null; then
	in_fish() {
		fish -c "source $here/envguard.fish; complete -C '$1'" | cut -f 1
	}
	expect fish dry-run "$(in_fish 'envguard dry')"
	expect fish --sarif "$(in_fish 'envguard dry-run --s')"
fi
if command -v zsh >/dev/null; then
	zsh -n "$here/_envguard"
fi
