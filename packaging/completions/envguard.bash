# Completion of envguard for bash. The words are those of its own help, so that they are never behind the program.
_envguard() {
	local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]}
	if [ "$COMP_CWORD" -eq 1 ]; then
		COMPREPLY=($(compgen -W "$(envguard help | sed -n '/^commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p')" -- "$word"))
	elif [ "${word#-}" != "$word" ]; then
		COMPREPLY=($(compgen -W "$(envguard "$command" --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]*' | sort -u)" -- "$word"))
	elif [ "$command" = help ]; then
		COMPREPLY=($(compgen -W "$(envguard help | sed -n '/^commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p')" -- "$word"))
	fi
}
complete -o default -F _envguard envguard
