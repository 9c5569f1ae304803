import { FILES } from './candidate.ts';

export type Shell = 'bash' | 'zsh' | 'fish' | 'powershell';

/*
 * Each script calls `berth __complete` with the words up to the cursor, and never evaluates them.
 * The first comment says how to load the script.
 */

/**
 * Works in bash 3.2 of macOS, without the package bash-completion. For readline, a word begins
 * after `=` or `:`, so the script cuts the part before from the candidates.
 */
const bash = `# eval "$(berth completion bash)"
_berth() {
  local line="\${COMP_LINE:0:COMP_POINT}" words current before candidate rest files=
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  current="\${words[\${#words[@]}-1]}"
  before="\${current%"\${current##*[=:]}"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate rest; do
    if [[ $candidate == ${FILES} ]]; then files=1; else COMPREPLY+=("\${candidate#"$before"}"); fi
  done < <("$1" __complete -- "\${words[@]:1}" 2>/dev/null)
  [[ $files ]] || compopt +o default 2>/dev/null
}
complete -o default -F _berth berth
`;

const zsh = `#compdef berth
# source <(berth completion zsh)
_berth() {
  local -a candidates
  local line files
  while IFS= read -r line; do
    if [[ $line == ${FILES} ]]; then files=1; continue; fi
    line=\${line//:/\\\\:}
    candidates+=("\${line/$'\\t'/:}")
  done < <("\${words[1]}" __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  if [[ -n $files ]]; then _files; else _describe 'berth' candidates; fi
}
if [[ $funcstack[1] == _berth ]]; then _berth "$@"; else compdef _berth berth; fi
`;

const fish = `# berth completion fish | source
function __berth_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l candidates ($words[1] __complete -- $words[2..-1] "$current" 2>/dev/null)
    if contains -- ${FILES} $candidates
        __fish_complete_path "$current"
    else
        printf '%s\\n' $candidates
    end
end
complete -c berth -f -a '(__berth_complete)'
`;

const powershell = `# berth completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName berth -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
        Select-Object -Skip 1 |
        ForEach-Object { $_.Extent.Text })
    $blank = @(if ($wordToComplete -eq '') { '--blank' })
    & "$($commandAst.CommandElements[0])" __complete @blank -- @words 2>$null | ForEach-Object {
        $value, $description = $_ -split "\`t", 2
        if ($value -ne '${FILES}') {
            if (-not $description) { $description = $value }
            [System.Management.Automation.CompletionResult]::new(
                $value, $value, 'ParameterValue', $description)
        }
    }
}
`;

export const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell };
