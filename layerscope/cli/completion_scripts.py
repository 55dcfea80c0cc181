"""The scripts that complete in a shell: those of click, changed if a shell needs more."""

from functools import reduce

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from layerscope.cli.command import COMPLETE_VARIABLE


class Bash(BashComplete):
    """By default a colon ends a word; a reference has colons."""

    source_template = f"{BashComplete.source_template}COMP_WORDBREAKS=${{COMP_WORDBREAKS//:/}}\n"


class Zsh(ZshComplete):
    """Of `--option=value`, only the value is completed, and the script also works the second time it is called."""

    source_template = reduce(
        lambda script, change: script.replace(*change),
        (
            ("    for type key descr", "    compset -P 1 '-*='\n    for type key descr"),
            ("compadd -U", "compadd"),
            ("$zsh_eval_context[-1] == loadautofunc", "$funcstack[1] == _%(prog_name)s"),
        ),
        ZshComplete.source_template,
    )


class Fish(FishComplete):
    """As for zsh; paths may begin with `~`, and descriptions may have commas."""

    source_template = """\
function %(complete_func)s
    set -l token (commandline --current-token --cut-at-cursor | string collect --allow-empty)
    set -l words (commandline --cut-at-cursor --current-process | string collect --allow-empty)
    set -l option (string match --regex -- '^-[^=]*=' $token)
    for completion in (env %(complete_var)s=fish_complete COMP_WORDS=$words COMP_CWORD=$token %(prog_name)s)
        set -l found (string split --max 1 , -- $completion)
        switch $found[1]
            case plain
                echo "$option$found[2]"
            case file dir
                for path in (complete --do-complete "'' "(string replace -- "$option" '' $token))
                    echo "$option$path"
                end
        end
    end
end

complete --no-files --command %(prog_name)s --arguments '(%(complete_func)s)'
"""


SHELLS: dict[str, type[ShellComplete]] = {"bash": Bash, "zsh": Zsh, "fish": Fish}


def completion_script(shell: str, program: click.Command) -> str:
    """The script for a shell."""
    return SHELLS[shell](program, {}, "layerscope", COMPLETE_VARIABLE).source()
