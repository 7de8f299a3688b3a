#!/bin/sh
# What `cmake --install` lays down works where it lies. usage: tests/installed.sh BUILD_FOLDER
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cmake --install "$1" --prefix "$place" >/dev/null

"$place/bin/envguard" version >/dev/null
for command in $("$place/bin/envguard" help | sed -n '/^commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p'); do
	grep -q "^\.SS \"envguard $(echo "$command" | sed 's/-/\\\\-/g')\"" "$place/share/man/man1/envguard.1" || {
		echo "the manual page does not have '$command'" >&2
		exit 1
	}
done
for file in bash-completion/completions/envguard zsh/vendor-completions/_envguard fish/vendor_completions.d/envguard.fish \
	doc/envguard/LICENSE envguard/policy.schema.json; do
	[ -s "$place/share/$file" ] || { echo "$file is missing" >&2; exit 1; }
done
