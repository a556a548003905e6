"""What each shell runs when Tab is pressed, and where that is installed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sociarium.errors import BadInput, SetupError

SHELLS = ("bash", "zsh", "fish")

_BASH = """\
_sociarium() {
    local line kind=
    COMPREPLY=()
    while IFS= read -r line; do
        if [ -z "$kind" ]; then kind=$line; else COMPREPLY+=("$line"); fi
    done < <(COMP_WORDBREAKS="$COMP_WORDBREAKS" _SOCIARIUM_COMPLETE=bash "$1" "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
    if [ "$kind" = files ] && [ ${#COMPREPLY[@]} -eq 0 ]; then
        compopt -o filenames 2>/dev/null
        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$2")
    elif [ "$kind" = files ]; then
        while IFS= read -r line; do COMPREPLY+=("$(printf %q "$line")"); done < <(compgen -f -- "$2")
    elif [ ${#COMPREPLY[@]} -eq 1 ] && [[ ${COMPREPLY[0]} == *= ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -F _sociarium sociarium
"""

_ZSH = """\
#compdef sociarium
_sociarium() {
    local line kind=
    local -a values shown begun
    local value help
    while IFS= read -r line; do
        if [[ -z $kind ]]; then
            kind=$line
            continue
        fi
        value=${line%%$'\\t'*} help=${line#*$'\\t'}
        if [[ $value == *= ]]; then
            begun+=("$value")
        else
            values+=("$value")
            shown+=("$value${help:+  -- $help}")
        fi
    done < <(_SOCIARIUM_COMPLETE=zsh "${(Q)words[1]}" "${(@Q)words[2,CURRENT-1]}" "${words[CURRENT]}" 2>/dev/null)
    (( $#values )) && compadd -l -d shown -a values
    (( $#begun )) && compadd -S '' -a begun
    [[ $kind == files ]] && _files
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _sociarium sociarium
"""

_FISH = """\
function __sociarium_complete
    set -l before (commandline -opc)
    set -l lines (env _SOCIARIUM_COMPLETE=fish $before[1] $before[2..-1] (commandline -ct) 2>/dev/null)
    if test (count $lines) -gt 1
        printf '%s\\n' $lines[2..-1]
    end
    if test "$lines[1]" = files
        __fish_complete_path (commandline -ct)
    end
end
complete -c sociarium -f -a '(__sociarium_complete)'
"""

_SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


@dataclass(frozen=True, slots=True)
class Installed:
    """Where completion was put.

    Attributes:
        start: the shell's own file that reads it; None where the shell finds it by itself.
    """

    script: Path
    start: Path | None


def script_of(shell: str) -> str:
    """What a shell has to run once. Raises `BadInput` for one that is not known here."""
    if shell not in _SCRIPTS:
        raise BadInput(f"there is no completion for {shell or 'this shell'!r}; name one of {', '.join(SHELLS)}")
    return _SCRIPTS[shell]


def this_shell() -> str:
    """The shell of whoever works here, as their account says; empty where it does not."""
    return Path(os.environ.get("SHELL", "")).name


def install(shell: str) -> Installed:
    """Put a shell's script where it is found, and let the shell's own start read it; done twice, nothing changes.

    Raises:
        BadInput: the shell is not known here.
        SetupError: a file cannot be written.
    """
    script = script_of(shell)
    home = Path.home()
    if shell == "fish":
        folder = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "fish" / "completions"
        path, start = folder / "sociarium.fish", None
    else:
        folder = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "sociarium"
        path = folder / f"completion.{shell}"
        start = home / ".bashrc" if shell == "bash" else Path(os.environ.get("ZDOTDIR") or home) / ".zshrc"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(script, encoding="utf-8")
        if start is not None:
            _add_line(start, f"[ -f '{path}' ] && . '{path}'  # completion of sociarium")
    except OSError as error:
        raise SetupError(f"completion cannot be installed: {error.filename}: {error.strerror}") from error
    return Installed(path, start)


def _add_line(path: Path, line: str) -> None:
    before = path.read_bytes() if path.exists() else b""
    encoded = line.encode()
    if encoded in before.splitlines():
        return
    with path.open("ab") as file:
        file.write((b"" if not before or before.endswith(b"\n") else b"\n") + encoded + b"\n")
