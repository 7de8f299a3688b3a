# Completion of envguard for fish. The words are those of its own help, so that they are never behind the program.
function __envguard_commands
	envguard help | sed -n '/^commands:/,/^$/s/^  \([a-z-]*\)  *\(.*\)/\1\t\2/p'
end
function __envguard_options
	set -l words (commandline -opc)
	envguard $words[2] --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]*' | sort -u
end
complete -c envguard -n __fish_use_subcommand -f -a '(__envguard_commands)'
complete -c envguard -n '__fish_seen_subcommand_from help' -f -a '(__envguard_commands)'
complete -c envguard -n 'not __fish_use_subcommand; and string match -q -- "-*" (commandline -ct)' -f -a '(__envguard_options)'
