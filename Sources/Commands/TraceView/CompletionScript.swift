import ArgumentParser

/// What shells complete, also where the default command is not named: `traceview --wi⇥`, `traceview ID --wi⇥`.
///
/// Shape: the parser's own script, and a function in front of it that names the default command where nobody did.
enum CompletionScript {
    /// The script that the arguments of the program ask for; `nil` when they ask for none.
    static func asked(by arguments: [String]) -> String? {
        guard arguments.count == 3, arguments[1] == "--generate-completion-script",
            let shell = CompletionShell(rawValue: arguments[2])
        else { return nil }
        let script = TraceViewProgram.completionScript(for: shell)
        let names = (TraceViewProgram.commandNames + ["help"]).joined(separator: " ")
        return switch shell.rawValue {
        case "bash": script + "\n" + bash(names)
        case "fish": script + "\n" + fish(names)
        case "zsh":
            // In front of the lines that run or register the function.
            script.replacing("if [[ \"${funcstack[1]}\"", with: zsh(names) + "if [[ \"${funcstack[1]}\"")
        default: script
        }
    }

    private static func bash(_ names: String) -> String {
        """
        # Where no command is named, it is show.
        _traceview_or_show() {
            _traceview "${@}"
            local -r first="${COMP_WORDS[1]}"
            if [[ "${COMP_CWORD}" -eq 1 ]]; then
                [[ "${first}" != -* && "${#COMPREPLY[@]}" -gt 0 ]] && return
            else
                [[ " \(names) " == *" ${first} "* ]] && return
            fi
            COMP_WORDS=("${COMP_WORDS[0]}" show "${COMP_WORDS[@]:1}")
            ((COMP_CWORD++))
            COMPREPLY=()
            _traceview "${@}"
        }

        complete -o filenames -F _traceview_or_show traceview

        """
    }

    private static func zsh(_ names: String) -> String {
        """
        # Where no command is named, it is show.
        functions[_traceview_named]="${functions[_traceview]}"
        _traceview() {
            local -ar names=(\(names))
            if [[ "${CURRENT}" -eq 2 && "${words[2]}" != -* ]]; then
                [[ -n "${names[(r)${words[2]}*]}" ]] && _traceview_named "${@}" && return
            fi
            if [[ "${CURRENT}" -eq 2 || -z "${names[(r)${words[2]}]}" ]]; then
                words=("${words[1]}" show "${words[@]:1}")
                (( CURRENT++ ))
            fi
            _traceview_named "${@}"
        }


        """
    }

    private static func fish(_ names: String) -> String {
        """
        # Where no command is named, it is show.
        functions -e __traceview_typed_tokens
        functions -c __traceview_tokens __traceview_typed_tokens
        function __traceview_tokens
            set -l tokens (__traceview_typed_tokens $argv)
            if test "$argv" = -pc
                if test (count $tokens) -ge 2
                    contains -- $tokens[2] \(names); or set tokens $tokens[1] show $tokens[2..]
                else if string match -q -- '-*' (commandline -t)
                    set tokens $tokens[1] show
                end
            end
            printf '%s\\n' $tokens
        end
        complete -c traceview -n '__traceview_should_offer_completions_for_positional "traceview" -eq 1' -F

        """
    }
}
