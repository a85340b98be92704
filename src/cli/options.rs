//! keepalived's options, as its users and their unit files type them.
//!
//! GNU getopt's habits are kept: clusters (`-nlD`), glued values (`-p/run/x.pid`), unambiguous
//! prefixes of long options, options and other words mixed, and values of `-t`, `-g` and `-M` only
//! when they are glued.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::cli::logging::LogFormat;
use crate::cli::surroundings;
use crate::control::metrics::Names;
use crate::lower::Mode;
use crate::runtime::control::place;
use crate::runtime::daemon::SnmpSwitches;
use crate::runtime::load::Reading;
use crate::runtime::metrics;
use crate::syntax::Environment;
use crate::sys::host_name;

/// What the command line asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Request {
    /// Run the daemon.
    Run,
    /// `-t`: read the configuration and report.
    ConfigTest {
        /// Where to write, in place of standard error.
        log: Option<PathBuf>,
    },
    /// `--signum`: print the number of a signal.
    SignalNumber(String),
    /// `-v`.
    Version,
    /// `-h`.
    Help,
}

/// What the options mean.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Options {
    /// What to do.
    pub(crate) request: Request,
    /// `-f`.
    pub(crate) configuration: PathBuf,
    /// `-i`, else the node's name up to its first dot.
    pub(crate) config_id: String,
    /// `-e`.
    pub(crate) check_includes: bool,
    /// `-n`.
    pub(crate) foreground: bool,
    /// `-l`.
    pub(crate) log_console: bool,
    /// `-D`.
    pub(crate) log_detail: bool,
    /// `-d`: the configuration is logged as it was understood.
    pub(crate) log_configuration: bool,
    /// `-S`, as a syslog facility number.
    pub(crate) log_facility: u8,
    /// `-G`.
    pub(crate) no_syslog: bool,
    /// `-u`.
    pub(crate) umask: Option<u32>,
    /// False with `-C`: the VRRP part does not run.
    pub(crate) vrrp: bool,
    /// False with `-R`: the daemon ends when a part does.
    pub(crate) respawn: bool,
    /// `-p`.
    pub(crate) pid_file: Option<PathBuf>,
    /// `-r`.
    pub(crate) vrrp_pid_file: Option<PathBuf>,
    /// `-s`.
    pub(crate) namespace: Option<String>,
    /// `--control-socket`.
    pub(crate) control_socket: Option<PathBuf>,
    /// `--control-group`: the number of the group.
    pub(crate) control_group: Option<u32>,
    /// `--ignore-sigint`.
    pub(crate) ignore_sigint: bool,
    /// `-V`: at the stop virtual addresses, routes and rules stay, and nobody resigns.
    pub(crate) keep_addresses: bool,
    /// `-a`: addresses that come and go are logged.
    pub(crate) log_addresses: bool,
    /// `-m`, `-M`.
    pub(crate) core_dump: bool,
    /// `-x`, `-A`.
    pub(crate) snmp: SnmpSwitches,
    /// `--log-format`.
    pub(crate) log_format: LogFormat,
    /// `--metrics`, `--metrics-names`.
    pub(crate) metrics: Option<metrics::Settings>,
    /// Words that are no options.
    pub(crate) unexpected: Vec<OsString>,
    /// Things to say on standard error before going on.
    pub(crate) notices: Vec<String>,
}

/// Syslog facility `daemon`.
const FACILITY_DAEMON: u8 = 3;

/// An option without a value.
pub(crate) fn flag(short: char, long: &'static str, help: &'static str) -> Arg {
    Arg::new(long).short(short).long(long).help(help).action(ArgAction::SetTrue)
}

fn valued(short: char, long: &'static str, name: &'static str, help: &'static str) -> Arg {
    Arg::new(long)
        .short(short)
        .long(long)
        .value_name(name)
        .help(help)
        .allow_hyphen_values(true)
        .value_parser(value_parser!(OsString))
}

fn optional(short: char, long: &'static str, name: &'static str, help: &'static str) -> Arg {
    valued(short, long, name, help).num_args(0..=1).require_equals(true)
}

fn with_options(command: Command) -> Command {
    command
        .disable_help_flag(true)
        .disable_version_flag(true)
        .infer_long_args(true)
        .args_override_self(true)
        .args([
            valued('f', "use-file", "FILE", "Use the specified configuration file")
                .default_value("/etc/keepalived/keepalived.conf"),
            flag('P', "vrrp", "Do not run the health checkers"),
            flag('C', "check", "Do not run VRRP"),
            flag('B', "no_bfd", "Do not run BFD"),
            Arg::new("all")
                .long("all")
                .help("Run all parts, configured or not")
                .action(ArgAction::SetTrue),
            flag('n', "dont-fork", "Stay in the foreground"),
            flag('l', "log-console", "Log to standard error as well"),
            flag('D', "log-detail", "Log in detail").action(ArgAction::Count),
            valued(
                'S',
                "log-facility",
                "FACILITY",
                "Syslog facility: 0-7, local0-local7, user, daemon",
            ),
            optional('g', "log-file", "FILE", "Not available"),
            flag('G', "no-syslog", "Do not log via syslog"),
            valued('u', "umask", "MASK", "File mode mask of files and scripts"),
            flag(
                'X',
                "release-vips",
                "Remove the virtual addresses whenever master is left (as is always done)",
            ),
            flag('V', "dont-release-vrrp", "Keep the virtual addresses at the stop"),
            flag('I', "dont-release-ipvs", "Keep the IPVS services at the stop"),
            flag('R', "dont-respawn", "End when a part ends"),
            flag('d', "dump-conf", "Log the configuration as understood"),
            valued('p', "pid", "FILE", "Pid file of the daemon"),
            valued('r', "vrrp_pid", "FILE", "Pid file of the VRRP part"),
            valued('c', "checkers_pid", "FILE", "Pid file of the health checkers"),
            valued('b', "bfd_pid", "FILE", "Pid file of the BFD part"),
            flag('a', "address-monitoring", "Log every address change"),
            valued('s', "namespace", "NAME", "Run in this network namespace"),
            valued('i', "config-id", "ID", "Take the lines that begin with @ID"),
            flag('e', "all-config", "A missing configuration file is an error"),
            flag('x', "snmp", "Enable SNMP"),
            valued('A', "snmp-agent-socket", "FILE", "AgentX master socket"),
            flag('m', "core-dump", "Dump core on a crash"),
            optional(
                'M',
                "core-dump-pattern",
                "PATTERN",
                "As -m; a name is not set, as with keepalived on today's kernels",
            ),
            optional('t', "config-test", "LOG", "Test the configuration and end"),
            Arg::new("config-fd").long("config-fd").hide(true).value_name("FD"),
            Arg::new("signum")
                .long("signum")
                .value_name("NAME")
                .help("Print the signal for STOP, RELOAD, DATA, STATS, STATS_CLEAR or JSON"),
            Arg::new("control-socket")
                .long("control-socket")
                .value_name("PATH")
                .value_parser(value_parser!(OsString))
                .help("Where operators ask [default: beside the pid file]; an empty PATH: nowhere"),
            Arg::new("control-group")
                .long("control-group")
                .value_name("GROUP")
                .help("A group that may use the control socket besides root"),
            Arg::new("ignore-sigint")
                .long("ignore-sigint")
                .help("Do not stop on SIGINT")
                .action(ArgAction::SetTrue),
            Arg::new("log-format")
                .long("log-format")
                .value_name("FORMAT")
                .help("Lines on standard error: text, as keepalived's, or json"),
            Arg::new("metrics")
                .long("metrics")
                .value_name("ADDRESS")
                .help("Serve /metrics and /healthz at [ADDRESS:]PORT or unix:PATH"),
            Arg::new("metrics-names")
                .long("metrics-names")
                .value_name("NAMES")
                .help("Names of metrics: stillalive, mehdy, gen2brain, or several with commas"),
            flag('v', "version", "Print the version and end"),
            flag('h', "help", "Print this help and end"),
            Arg::new("words").num_args(0..).hide(true).value_parser(value_parser!(OsString)),
        ])
}

/// keepalived's command line.
pub(crate) fn keepalived_command() -> Command {
    with_options(Command::new("keepalived"))
        .override_usage("keepalived [OPTION...]")
        .help_template("{usage-heading} {usage}\n\n{options}\n")
}

/// `stillalive run`.
pub(crate) fn run_command() -> Command {
    with_options(Command::new("run"))
        .about("Run the daemon; takes keepalived's options")
        .override_usage("stillalive run [OPTION...]")
}

/// Reads keepalived's command line, `arguments[0]` being the program.
///
/// # Errors
/// The line that keepalived prints before it ends with status 1.
pub(crate) fn parse(arguments: &[OsString]) -> Result<Options, String> {
    let prepared = arguments
        .iter()
        .enumerate()
        .map(|(index, word)| if index == 0 { word.clone() } else { spell_out_optional(word) });
    match keepalived_command().try_get_matches_from(prepared) {
        Ok(matches) => from_matches(&matches),
        Err(error) => Err(complaint(&error, arguments.last())),
    }
}

/// keepalived's wording for what clap found. A parameter can be missing at the end only: `last` is
/// how that option was typed.
fn complaint(error: &clap::Error, last: Option<&OsString>) -> String {
    let named = match error.get(ContextKind::InvalidArg) {
        Some(clap::error::ContextValue::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    match error.kind() {
        ErrorKind::UnknownArgument => format!("Unknown option {named}"),
        ErrorKind::InvalidValue | ErrorKind::WrongNumberOfValues | ErrorKind::TooFewValues => {
            let long = named.split([' ', '=']).next().unwrap_or_default().to_owned();
            let typed = last.map(|word| word.to_string_lossy()).unwrap_or_default();
            let cluster = typed.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
            let short = cluster.and_then(|letters| letters.chars().last());
            let option = short.map_or(long, |letter| format!("-{letter}"));
            format!("Missing parameter for option {option}")
        }
        _ => error.to_string().trim_end().to_owned(),
    }
}

/// Turns the glued values of `-t`, `-g`, `-M` into the long form, which alone is unambiguous.
fn spell_out_optional(word: &OsStr) -> OsString {
    let bytes = word.as_bytes();
    let Some(cluster) = bytes.strip_prefix(b"-").filter(|rest| !rest.starts_with(b"-")) else {
        return word.to_owned();
    };
    for (index, letter) in cluster.iter().enumerate() {
        let long: &[u8] = match letter {
            b't' => b"--config-test",
            b'g' => b"--log-file",
            b'M' => b"--core-dump-pattern",
            b'f' | b'S' | b'u' | b'p' | b'r' | b'c' | b'b' | b's' | b'i' | b'A' => break,
            _ => continue,
        };
        let (before, after) = (cluster.get(..index), cluster.get(index + 1..));
        let (Some(before), Some(after)) = (before, after) else { break };
        if before.is_empty() {
            let mut spelled = long.to_vec();
            if !after.is_empty() {
                spelled.push(b'=');
                spelled.extend_from_slice(after);
            }
            return OsString::from_vec(spelled);
        }
        // `-nt/log`: clap wants `-nt=/log`.
        let mut spelled = [b"-", before, &[*letter]].concat();
        if !after.is_empty() {
            spelled.push(b'=');
            spelled.extend_from_slice(after);
        }
        return OsString::from_vec(spelled);
    }
    word.to_owned()
}

/// What the matches mean.
///
/// # Errors
/// An option that this build does not have.
pub(crate) fn from_matches(matches: &ArgMatches) -> Result<Options, String> {
    let text = |name: &str| matches.get_one::<OsString>(name).cloned();
    if matches.contains_id("log-file") {
        return Err("-g requires configure option --enable-log-file".to_owned());
    }
    let request = if matches.get_flag("help") {
        Request::Help
    } else if matches.get_flag("version") {
        Request::Version
    } else if let Some(name) = matches.get_one::<String>("signum") {
        Request::SignalNumber(name.clone())
    } else if matches.contains_id("config-test") {
        Request::ConfigTest { log: text("config-test").map(PathBuf::from) }
    } else {
        Request::Run
    };
    let mut notices = Vec::new();
    let log_facility = match text("log-facility") {
        None => FACILITY_DAEMON,
        Some(word) => facility(&word).unwrap_or_else(|| {
            notices.push(format!("Invalid log facility '{}'", word.to_string_lossy()));
            FACILITY_DAEMON
        }),
    };
    let umask = text("umask").and_then(|word| {
        let mask = file_mask(&word);
        if mask.is_none() {
            notices.push(format!("Invalid --umask option {}", word.to_string_lossy()));
        }
        mask
    });
    let log_format = match matches.get_one::<String>("log-format").map(String::as_str) {
        None | Some("text") => LogFormat::Text,
        Some("json") => LogFormat::Json,
        Some(other) => return Err(format!("Invalid log format '{other}'")),
    };
    let metrics = metrics(matches)?;
    let control_group = matches.get_one::<String>("control-group").and_then(|name| {
        let group = place::group(name);
        group.map_err(|problem| notices.push(format!("--control-group: {problem}"))).ok()
    });
    let given =
        |name: &str| matches.value_source(name) == Some(clap::parser::ValueSource::CommandLine);
    Ok(Options {
        request,
        configuration: text("use-file")
            .map_or_else(|| "/etc/keepalived/keepalived.conf".into(), PathBuf::from),
        config_id: text("config-id").map_or_else(node_name, |id| id.to_string_lossy().into_owned()),
        check_includes: matches.get_flag("all-config"),
        foreground: matches.get_flag("dont-fork"),
        log_console: matches.get_flag("log-console"),
        log_detail: matches.get_count("log-detail") > 0,
        log_configuration: matches.get_flag("dump-conf"),
        log_facility,
        no_syslog: matches.get_flag("no-syslog"),
        umask,
        vrrp: !matches.get_flag("check") || matches.get_flag("all"),
        respawn: !matches.get_flag("dont-respawn"),
        pid_file: text("pid").map(PathBuf::from),
        vrrp_pid_file: text("vrrp_pid").map(PathBuf::from),
        namespace: text("namespace").map(|name| name.to_string_lossy().into_owned()),
        control_socket: text("control-socket").map(PathBuf::from),
        control_group,
        ignore_sigint: matches.get_flag("ignore-sigint"),
        keep_addresses: matches.get_flag("dont-release-vrrp"),
        log_addresses: matches.get_flag("address-monitoring"),
        core_dump: matches.get_flag("core-dump") || given("core-dump-pattern"),
        snmp: SnmpSwitches {
            all: matches.get_flag("snmp"),
            socket: text("snmp-agent-socket").map(|text| text.to_string_lossy().into_owned()),
        },
        log_format,
        metrics,
        unexpected: matches
            .get_many::<OsString>("words")
            .map(|words| words.cloned().collect())
            .unwrap_or_default(),
        notices,
    })
}

/// Where metrics are to be served, and with whose names.
fn metrics(matches: &ArgMatches) -> Result<Option<metrics::Settings>, String> {
    let names = match matches.get_one::<String>("metrics-names") {
        None => vec![Names::Own],
        Some(list) => {
            let names = list.split(',').map(str::parse).collect::<Result<Vec<Names>, _>>();
            let mut names = names.map_err(|error| format!("Invalid metrics names: {error}"))?;
            // Twice the same would be no valid exposition.
            names.sort_unstable();
            names.dedup();
            names
        }
    };
    match matches.get_one::<String>("metrics").map(|word| word.parse()) {
        None => Ok(None),
        Some(Ok(address)) => Ok(Some(metrics::Settings { address, names })),
        Some(Err(error)) => Err(format!("Invalid metrics address: {error}")),
    }
}

impl Options {
    /// How these options let a configuration be read.
    pub(crate) fn reading(&self, mode: Mode) -> Reading {
        let environment = Environment {
            config_id: self.config_id.clone(),
            check_includes: self.check_includes,
            ..surroundings::of_this_process()
        };
        Reading { environment, mode }
    }
}

/// The node's name up to its first dot.
fn node_name() -> String {
    let name = host_name::own();
    name.split_once('.').map_or(name.as_str(), |(first, _)| first).to_owned()
}

/// Number of a syslog facility.
fn facility(word: &OsStr) -> Option<u8> {
    let word = word.to_str()?;
    match word {
        "daemon" => Some(FACILITY_DAEMON),
        "user" => Some(1),
        _ => {
            let digit: u8 = word.strip_prefix("local").unwrap_or(word).parse().ok()?;
            (digit <= 7).then_some(16 + digit)
        }
    }
}

/// A mask in octal (`0NNN`), hexadecimal or decimal.
fn file_mask(word: &OsStr) -> Option<u32> {
    let word = word.to_str()?;
    let mask = if let Some(digits) = word.strip_prefix("0x") {
        u32::from_str_radix(digits, 16).ok()?
    } else if word.len() > 1 && word.starts_with('0') {
        u32::from_str_radix(word, 8).ok()?
    } else {
        word.parse().ok()?
    };
    (mask <= 0o777).then_some(mask)
}

/// Number of the signal for a function, as `--signum` prints it.
pub(crate) fn signal_number(name: &str) -> Option<i32> {
    use nix::libc;
    Some(match name {
        "STOP" => libc::SIGTERM,
        "RELOAD" => libc::SIGHUP,
        "DATA" => libc::SIGUSR1,
        "STATS" => libc::SIGUSR2,
        "STATS_CLEAR" => libc::SIGRTMAX() - 1,
        "JSON" => libc::SIGRTMIN() + 2,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &str) -> Result<Options, String> {
        let words: Vec<_> =
            std::iter::once("keepalived").chain(words.split_whitespace()).map(Into::into).collect();
        parse(&words)
    }

    #[test]
    fn the_command_line_definition_is_consistent() {
        keepalived_command().debug_assert();
        run_command().debug_assert();
    }

    #[test]
    fn clusters_and_glued_values_are_read_as_getopt_does() {
        let options = parsed("-nlD -f/etc/k.conf -p /run/a.pid --vrrp_pid=/run/b.pid").unwrap();
        assert!(options.foreground && options.log_console && options.log_detail);
        assert_eq!(options.configuration, PathBuf::from("/etc/k.conf"));
        assert_eq!(options.pid_file, Some(PathBuf::from("/run/a.pid")));
        assert_eq!(options.vrrp_pid_file, Some(PathBuf::from("/run/b.pid")));
        assert_eq!(options.request, Request::Run);
    }

    #[test]
    fn long_options_may_be_shortened() {
        assert_eq!(parsed("--vers").unwrap().request, Request::Version);
        assert!(parsed("--dont-f").unwrap().foreground);
    }

    #[test]
    fn a_test_log_is_taken_only_when_it_is_glued() {
        let test = |log: Option<&str>| Request::ConfigTest { log: log.map(PathBuf::from) };
        assert_eq!(parsed("-t").unwrap().request, test(None));
        assert_eq!(parsed("-t/tmp/log").unwrap().request, test(Some("/tmp/log")));
        assert_eq!(parsed("-nt/tmp/log").unwrap().request, test(Some("/tmp/log")));
        assert_eq!(parsed("--config-test=/tmp/log").unwrap().request, test(Some("/tmp/log")));
        let stray = parsed("-t stray").unwrap();
        assert_eq!(stray.request, test(None));
        assert_eq!(stray.unexpected, ["stray"]);
    }

    #[test]
    fn errors_have_keepaliveds_wording() {
        assert_eq!(parsed("-Z").unwrap_err(), "Unknown option -Z");
        assert_eq!(parsed("--bogus").unwrap_err(), "Unknown option --bogus");
        assert_eq!(parsed("-n -f").unwrap_err(), "Missing parameter for option -f");
        assert_eq!(parsed("--use-file").unwrap_err(), "Missing parameter for option --use-file");
        assert_eq!(parsed("-g").unwrap_err(), "-g requires configure option --enable-log-file");
    }

    #[test]
    fn facilities_and_masks_fall_back_with_a_notice() {
        assert_eq!(parsed("-S 3").unwrap().log_facility, 19);
        assert_eq!(parsed("-S local5").unwrap().log_facility, 21);
        let odd = parsed("-S x -u 9z").unwrap();
        assert_eq!((odd.log_facility, odd.umask), (FACILITY_DAEMON, None));
        assert_eq!(odd.notices, ["Invalid log facility 'x'", "Invalid --umask option 9z"]);
        assert_eq!(parsed("-u 022").unwrap().umask, Some(0o22));
    }
}
