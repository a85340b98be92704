# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_stillalive_global_optspecs
    string join \n V/version h/help
end

function __fish_stillalive_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_stillalive_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_stillalive_using_subcommand
    set -l cmd (__fish_stillalive_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c stillalive -n "__fish_stillalive_needs_command" -s V -l version -d 'Print the version'
complete -c stillalive -n "__fish_stillalive_needs_command" -s h -l help -d 'Print help'
complete -c stillalive -n "__fish_stillalive_needs_command" -f -a "run" -d 'Run the daemon; takes keepalived\'s options'
complete -c stillalive -n "__fish_stillalive_needs_command" -f -a "caps" -d 'Print which capabilities a configuration needs, and why'
complete -c stillalive -n "__fish_stillalive_needs_command" -f -a "check" -d 'Say what is wrong with configurations; needs no root, no interfaces, no daemon'
complete -c stillalive -n "__fish_stillalive_needs_command" -f -a "drain" -d 'Have an instance hand over and keep away from being master'
complete -c stillalive -n "__fish_stillalive_needs_command" -f -a "facts" -d 'Print the facts about this host that `check --facts` reads, as JSON'
complete -c stillalive -n "__fish_stillalive_needs_command" -f -a "failover" -d 'Have a master hand over once'
complete -c stillalive -n "__fish_stillalive_needs_command" -f -a "fmt" -d 'Lay configuration files out; never changes what they mean, keeps every comment'
complete -c stillalive -n "__fish_stillalive_needs_command" -f -a "handback" -d 'Start keepalived in the place of a running stillalive without a failover'
complete -c stillalive -n "__fish_stillalive_needs_command" -f -a "reload" -d 'Say what a reload would do: what stays, what changes, which addresses leave'
complete -c stillalive -n "__fish_stillalive_needs_command" -f -a "render" -d 'Print the configuration after includes, conditions, definitions and generators'
complete -c stillalive -n "__fish_stillalive_needs_command" -f -a "resume" -d 'Have a drained instance take part again'
complete -c stillalive -n "__fish_stillalive_needs_command" -f -a "status" -d 'Show who is master, since when and why, of the running daemon'
complete -c stillalive -n "__fish_stillalive_needs_command" -f -a "takeover" -d 'Take the place of a running keepalived without a failover'
complete -c stillalive -n "__fish_stillalive_needs_command" -f -a "explain" -d 'Explain a keyword, or a code such as SA301'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s f -l use-file -d 'Use the specified configuration file' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s S -l log-facility -d 'Syslog facility: 0-7, local0-local7, user, daemon' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s g -l log-file -d 'Not available' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s u -l umask -d 'File mode mask of files and scripts' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s p -l pid -d 'Pid file of the daemon' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s r -l vrrp_pid -d 'Pid file of the VRRP part' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s c -l checkers_pid -d 'Pid file of the health checkers' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s b -l bfd_pid -d 'Pid file of the BFD part' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s s -l namespace -d 'Run in this network namespace' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s i -l config-id -d 'Take the lines that begin with @ID' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s A -l snmp-agent-socket -d 'AgentX master socket' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s M -l core-dump-pattern -d 'As -m; a name is not set, as with keepalived on today\'s kernels' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s t -l config-test -d 'Test the configuration and end' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -l config-fd -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -l signum -d 'Print the signal for STOP, RELOAD, DATA, STATS, STATS_CLEAR or JSON' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -l control-socket -d 'Where operators ask [default: beside the pid file]; an empty PATH: nowhere' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -l control-group -d 'A group that may use the control socket besides root' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -l log-format -d 'Lines on standard error: text, as keepalived\'s, or json' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -l metrics -d 'Serve /metrics and /healthz at [ADDRESS:]PORT or unix:PATH' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -l metrics-names -d 'Names of metrics: stillalive, mehdy, gen2brain, or several with commas' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s P -l vrrp -d 'Do not run the health checkers'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s C -l check -d 'Do not run VRRP'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s B -l no_bfd -d 'Do not run BFD'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -l all -d 'Run all parts, configured or not'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s n -l dont-fork -d 'Stay in the foreground'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s l -l log-console -d 'Log to standard error as well'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s D -l log-detail -d 'Log in detail'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s G -l no-syslog -d 'Do not log via syslog'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s X -l release-vips -d 'Remove the virtual addresses whenever master is left (as is always done)'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s V -l dont-release-vrrp -d 'Keep the virtual addresses at the stop'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s I -l dont-release-ipvs -d 'Keep the IPVS services at the stop'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s R -l dont-respawn -d 'End when a part ends'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s d -l dump-conf -d 'Log the configuration as understood'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s a -l address-monitoring -d 'Log every address change'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s e -l all-config -d 'A missing configuration file is an error'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s x -l snmp -d 'Enable SNMP'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s m -l core-dump -d 'Dump core on a crash'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -l ignore-sigint -d 'Do not stop on SIGINT'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s v -l version -d 'Print the version and end'
complete -c stillalive -n "__fish_stillalive_using_subcommand run" -s h -l help -d 'Print this help and end'
complete -c stillalive -n "__fish_stillalive_using_subcommand caps" -s f -l use-file -d 'The configuration' -r -F
complete -c stillalive -n "__fish_stillalive_using_subcommand caps" -l metrics -d 'What `run` is given as --metrics' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand caps" -l compat -d 'The keepalived whose rules count' -r -f -a "2.2.7\t''
2.4.3\t''"
complete -c stillalive -n "__fish_stillalive_using_subcommand caps" -s i -l config-id -d 'Take the lines that begin with @ID' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand caps" -l define -d 'An environment variable for ${_ENV NAME}' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand caps" -l env-file -d 'Environment variables, NAME=VALUE a line' -r -F
complete -c stillalive -n "__fish_stillalive_using_subcommand caps" -s h -l help -d 'Print help'
complete -c stillalive -n "__fish_stillalive_using_subcommand check" -l format -d 'How to write the findings' -r -f -a "human\t''
short\t''
json\t''
sarif\t''
github\t''
gitlab\t''
junit\t''"
complete -c stillalive -n "__fish_stillalive_using_subcommand check" -l fail-on -d 'The least severity that makes the exit status 1' -r -f -a "error\t''
warning\t''
note\t''"
complete -c stillalive -n "__fish_stillalive_using_subcommand check" -l select -d 'Only these codes (SA301, SA3, missing-vrid)' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand check" -l ignore -d 'Not these codes' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand check" -l compat -d 'The keepalived whose rules count' -r -f -a "2.2.7\t''
2.4.3\t''"
complete -c stillalive -n "__fish_stillalive_using_subcommand check" -s i -l config-id -d 'Take the lines that begin with @ID' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand check" -l define -d 'An environment variable for ${_ENV NAME}' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand check" -l env-file -d 'Environment variables, NAME=VALUE a line' -r -F
complete -c stillalive -n "__fish_stillalive_using_subcommand check" -l facts -d 'Check against the machine whose `stillalive facts` these are' -r -F
complete -c stillalive -n "__fish_stillalive_using_subcommand check" -l baseline -d 'Say nothing of the findings that this file lists' -r -F
complete -c stillalive -n "__fish_stillalive_using_subcommand check" -l write-baseline -d 'Write the findings to this file, for --baseline, and end with 0' -r -F
complete -c stillalive -n "__fish_stillalive_using_subcommand check" -l color -d 'Colours in human output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stillalive -n "__fish_stillalive_using_subcommand check" -l cluster -d 'The inputs are nodes of one cluster: compare them, foretell who is master'
complete -c stillalive -n "__fish_stillalive_using_subcommand check" -l host -d 'Check against this machine: interfaces, users, scripts'
complete -c stillalive -n "__fish_stillalive_using_subcommand check" -l fix -d 'Change the files where that is safe, and report what is left'
complete -c stillalive -n "__fish_stillalive_using_subcommand check" -l diff -d 'Show what --fix would change, as a unified diff'
complete -c stillalive -n "__fish_stillalive_using_subcommand check" -s h -l help -d 'Print help'
complete -c stillalive -n "__fish_stillalive_using_subcommand drain" -l reason -d 'Why, for the log and the status' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand drain" -l control-socket -d 'The control socket of the daemon [default: beside its pid file in /run]' -r -F
complete -c stillalive -n "__fish_stillalive_using_subcommand drain" -s s -l namespace -d 'The daemon of this network namespace (net_namespace, run -s)' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand drain" -l instance -d 'The daemon whose configuration says `instance NAME`' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand drain" -l for -d 'End by itself after this long (90, 30m, 1h30m); without it `resume` ends it' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand drain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stillalive -n "__fish_stillalive_using_subcommand facts" -s h -l help -d 'Print help'
complete -c stillalive -n "__fish_stillalive_using_subcommand failover" -l reason -d 'Why, for the log and the status' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand failover" -l control-socket -d 'The control socket of the daemon [default: beside its pid file in /run]' -r -F
complete -c stillalive -n "__fish_stillalive_using_subcommand failover" -s s -l namespace -d 'The daemon of this network namespace (net_namespace, run -s)' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand failover" -l instance -d 'The daemon whose configuration says `instance NAME`' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand failover" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stillalive -n "__fish_stillalive_using_subcommand fmt" -l check -d 'Change nothing; name the files that would change'
complete -c stillalive -n "__fish_stillalive_using_subcommand fmt" -l diff -d 'Change nothing; show what would change'
complete -c stillalive -n "__fish_stillalive_using_subcommand fmt" -s h -l help -d 'Print help'
complete -c stillalive -n "__fish_stillalive_using_subcommand handback" -l pid-file -d 'The pid file of the running daemon' -r -F
complete -c stillalive -n "__fish_stillalive_using_subcommand handback" -l pid -d 'The main process of the running daemon' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand handback" -l program -d 'keepalived' -r -F
complete -c stillalive -n "__fish_stillalive_using_subcommand handback" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stillalive -n "__fish_stillalive_using_subcommand reload" -l against -d 'Ask no daemon: this file is what runs' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand reload" -l format -d 'For people, or one JSON object' -r -f -a "text\t''
json\t''"
complete -c stillalive -n "__fish_stillalive_using_subcommand reload" -l facts -d 'Look for them on the machine whose `stillalive facts` these are' -r -F
complete -c stillalive -n "__fish_stillalive_using_subcommand reload" -l compat -d 'The keepalived whose rules count' -r -f -a "2.2.7\t''
2.4.3\t''"
complete -c stillalive -n "__fish_stillalive_using_subcommand reload" -s i -l config-id -d 'Take the lines that begin with @ID' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand reload" -l define -d 'An environment variable for ${_ENV NAME}' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand reload" -l env-file -d 'Environment variables, NAME=VALUE a line' -r -F
complete -c stillalive -n "__fish_stillalive_using_subcommand reload" -l control-socket -d 'The control socket of the daemon [default: beside its pid file in /run]' -r -F
complete -c stillalive -n "__fish_stillalive_using_subcommand reload" -s s -l namespace -d 'The daemon of this network namespace (net_namespace, run -s)' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand reload" -l instance -d 'The daemon whose configuration says `instance NAME`' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand reload" -l plan -d 'Only say it; nothing is reloaded'
complete -c stillalive -n "__fish_stillalive_using_subcommand reload" -l host -d 'Look for the interfaces and scripts of FILE on this machine'
complete -c stillalive -n "__fish_stillalive_using_subcommand reload" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stillalive -n "__fish_stillalive_using_subcommand render" -l format -d 'A keepalived.conf again, or one JSON object' -r -f -a "text\t''
json\t''"
complete -c stillalive -n "__fish_stillalive_using_subcommand render" -l compat -d 'The keepalived whose rules count' -r -f -a "2.2.7\t''
2.4.3\t''"
complete -c stillalive -n "__fish_stillalive_using_subcommand render" -s i -l config-id -d 'Take the lines that begin with @ID' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand render" -l define -d 'An environment variable for ${_ENV NAME}' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand render" -l env-file -d 'Environment variables, NAME=VALUE a line' -r -F
complete -c stillalive -n "__fish_stillalive_using_subcommand render" -l secrets -d 'Show passwords and keys'
complete -c stillalive -n "__fish_stillalive_using_subcommand render" -l no-defaults -d 'Leave out what is not written'
complete -c stillalive -n "__fish_stillalive_using_subcommand render" -s h -l help -d 'Print help'
complete -c stillalive -n "__fish_stillalive_using_subcommand resume" -l reason -d 'Why, for the log and the status' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand resume" -l control-socket -d 'The control socket of the daemon [default: beside its pid file in /run]' -r -F
complete -c stillalive -n "__fish_stillalive_using_subcommand resume" -s s -l namespace -d 'The daemon of this network namespace (net_namespace, run -s)' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand resume" -l instance -d 'The daemon whose configuration says `instance NAME`' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand resume" -s h -l help -d 'Print help'
complete -c stillalive -n "__fish_stillalive_using_subcommand status" -l watch -d 'Again and again, every second if nothing else is said' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand status" -l is-master -d 'Print nothing; the exit status says whether the instance is master' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand status" -l control-socket -d 'The control socket of the daemon [default: beside its pid file in /run]' -r -F
complete -c stillalive -n "__fish_stillalive_using_subcommand status" -s s -l namespace -d 'The daemon of this network namespace (net_namespace, run -s)' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand status" -l instance -d 'The daemon whose configuration says `instance NAME`' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand status" -l json -d 'As one JSON object'
complete -c stillalive -n "__fish_stillalive_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stillalive -n "__fish_stillalive_using_subcommand takeover" -l pid-file -d 'The pid file of the running daemon' -r -F
complete -c stillalive -n "__fish_stillalive_using_subcommand takeover" -l pid -d 'The main process of the running daemon' -r
complete -c stillalive -n "__fish_stillalive_using_subcommand takeover" -l program -d 'The program that takes its place; this one by default' -r -F
complete -c stillalive -n "__fish_stillalive_using_subcommand takeover" -l check -d 'Only say what would be done, and what speaks against it'
complete -c stillalive -n "__fish_stillalive_using_subcommand takeover" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stillalive -n "__fish_stillalive_using_subcommand explain" -s h -l help -d 'Print help'
