//! `takeover`: puts this program in the place of a running keepalived, or of an earlier run of
//! itself, while it leads.
//!
//! Exit status: 0 done, or with `--check` nothing speaks against it; 1 refused, the daemon runs as
//! before; 2 a wrong command line, or no daemon runs; 3 it was tried and has failed, the daemon runs
//! as before.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use nix::unistd::Pid;

use crate::cli::options::{self, Options, Request};
use crate::cli::output::{err, out};
use crate::cli::run;
use crate::lower::Mode;
use crate::runtime::load::{self, Loaded};
use crate::runtime::takeover::{self, Order, Part, Plan, Subject};
use crate::runtime::{dumps, netlink};

/// Something speaks against it.
pub(super) const STATUS_REFUSED: u8 = 1;
/// There is nothing to take over.
const STATUS_UNUSABLE: u8 = 2;
/// It was tried.
pub(super) const STATUS_FAILED: u8 = 3;
/// What they mean.
pub(super) const STATUSES: &str = "Exit status: 0 done, or nothing speaks against it; 1 refused; 2 a wrong command line, or no \
     daemon runs; 3 tried and failed. But for 0 the daemon runs as before.";

/// `stillalive takeover`.
pub(crate) fn command() -> Command {
    Command::new("takeover")
        .about("Take the place of a running keepalived without a failover")
        .long_about(
            "Take the place of a running keepalived, or of an earlier stillalive, without a \
             failover: no virtual address leaves the host, and no other router notices.\n\nThe \
             running daemon is asked for its state (SIGUSR1, SIGUSR2) and judged first; what speaks against \
             it is named, and nothing is done. Then a successor with the same command line is made \
             ready beside it, the running one is stopped where it is, the successor goes on at \
             once, and the other one is killed without resigning. If any step fails the running \
             daemon goes on.\n\nNotify scripts are not run, because nothing changes. The unit of a \
             service manager keeps its name and gets a new main process.",
        )
        .args(whose())
        .args([
            Arg::new("check")
                .long("check")
                .action(ArgAction::SetTrue)
                .help("Only say what would be done, and what speaks against it"),
            Arg::new("program")
                .long("program")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("The program that takes its place; this one by default"),
        ])
        .after_help(STATUSES)
}

/// The options that say which daemon is meant.
pub(super) fn whose() -> [Arg; 2] {
    [
        Arg::new("pid-file")
            .long("pid-file")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .default_value("/run/keepalived.pid")
            .help("The pid file of the running daemon"),
        Arg::new("pid")
            .long("pid")
            .value_name("PID")
            .value_parser(value_parser!(i32).range(1..))
            .conflicts_with("pid-file")
            .help("The main process of the running daemon"),
    ]
}

/// Does it.
pub(crate) fn run(matches: &ArgMatches) -> ExitCode {
    match take_over(matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Problem { status, text }) => {
            err!("stillalive takeover: {text}");
            ExitCode::from(status)
        }
    }
}

/// Why it was not done.
pub(super) struct Problem {
    pub(super) status: u8,
    pub(super) text: String,
}

impl Problem {
    pub(super) fn unusable(error: impl ToString) -> Self {
        Self { status: STATUS_UNUSABLE, text: error.to_string() }
    }
}

/// The daemon that is meant; the calling thread works in its network from now on.
pub(super) fn subject(matches: &ArgMatches) -> Result<Subject, Problem> {
    let subject = match matches.get_one::<i32>("pid") {
        Some(pid) => Subject::of(Pid::from_raw(*pid)),
        None => {
            let file = matches.get_one::<PathBuf>("pid-file").map(PathBuf::as_path);
            Subject::of_file(file.unwrap_or(Path::new("/run/keepalived.pid")))
        }
    };
    let subject = subject.map_err(Problem::unusable)?;
    subject.enter_network().map_err(Problem::unusable)?;
    Ok(subject)
}

/// What is known of it, if nothing speaks against its replacement.
pub(super) fn judged(subject: &Subject) -> Result<(Seen, Plan), Problem> {
    let seen = Seen::of(subject)?;
    let report = takeover::data(seen.vrrp, &seen.data)
        .map_err(|error| Problem { status: STATUS_REFUSED, text: error.to_string() })?;
    let network = netlink::dump().map_err(Problem::unusable)?;
    let release = version(&subject.main.path("exe"));
    let plan = takeover::judge(subject, &release, &seen.loaded, &report, &network);
    if !plan.refusals.is_empty() {
        let reasons = plan.refusals.iter().map(|refusal| format!("\n  {refusal}"));
        let pid = subject.main.pid();
        let text = format!("REFUSED: process {pid} runs as before{}", reasons.collect::<String>());
        return Err(Problem { status: STATUS_REFUSED, text });
    }
    Ok((seen, plan))
}

fn take_over(matches: &ArgMatches) -> Result<(), Problem> {
    let subject = subject(matches)?;
    let (seen, plan) = judged(&subject)?;
    let program = match matches.get_one::<PathBuf>("program") {
        Some(program) => program.clone(),
        None => program(&subject).map_err(Problem::unusable)?,
    };
    if matches.get_flag("check") {
        out!("{}", described(&subject, &program, &plan).trim_end());
        return Ok(());
    }
    let order = seen.order(&subject, program);
    let swapped = takeover::swap(&order).map_err(|error| Problem {
        status: STATUS_FAILED,
        text: format!("FAILED: process {} runs as before: {error}", subject.main.pid()),
    })?;
    for regret in &swapped.regrets {
        err!("stillalive takeover: {regret}");
    }
    let manager = if swapped.told_manager { "; its service manager was told" } else { "" };
    out!(
        "process {} has taken the place of process {} after {:.1} ms{manager}",
        swapped.successor,
        subject.main.pid(),
        swapped.silence.as_secs_f64() * 1_000.0
    );
    Ok(())
}

/// What the command line and the files of a running daemon say.
pub(super) struct Seen {
    loaded: Loaded,
    /// The process that speaks VRRP.
    vrrp: Part,
    pid_files: Vec<PathBuf>,
    data: PathBuf,
    statistics: PathBuf,
}

impl Seen {
    fn of(subject: &Subject) -> Result<Self, Problem> {
        let options = options_of(subject)?;
        let mut reading = options.reading(Mode::Run);
        let variables = subject.environment.iter();
        reading.environment.variables = variables
            .filter_map(|(name, value)| Some((name.to_str()?.into(), value.to_str()?.into())))
            .collect();
        reading.environment.directory = subject.directory.to_string_lossy().into_owned();
        let loaded = load::load(&subject.names(&options.configuration), &reading)
            .map_err(|error| Problem { status: STATUS_REFUSED, text: error.to_string() })?;
        let global = &loaded.config.global;
        let path =
            |given, part| subject.names(&run::pid_file(&options, &global.identity, given, part));
        let pid_files =
            vec![path(&options.pid_file, "keepalived"), path(&options.vrrp_pid_file, "vrrp")];
        let vrrp = pid_files.get(1).map(|file| Subject::of_file(file));
        let vrrp = match vrrp {
            Some(Ok(found)) if found.main == subject.main => found.main,
            Some(Ok(found)) if subject.main.children().contains(&found.main) => found.main,
            Some(Err(error)) => return Err(Problem::unusable(error)),
            _ => return Err(Problem::unusable("its VRRP process is not to be found")),
        };
        let namespace = options.namespace.as_deref();
        let configured = global.identity.net_namespace.as_ref().map(|name| name.value.as_str());
        let temporary = subject.variable("TMPDIR").map(ToOwned::to_owned);
        let namespace = namespace.or(configured);
        let data = dumps::data_file(temporary.clone(), global, namespace);
        let statistics = dumps::statistics_file(temporary, global, namespace);
        Ok(Self { loaded, vrrp, pid_files, data, statistics })
    }

    /// What is to be done with it.
    pub(super) fn order<'a>(&'a self, subject: &'a Subject, program: PathBuf) -> Order<'a> {
        Order {
            subject,
            vrrp: self.vrrp,
            config: &self.loaded.config,
            data: self.data.clone(),
            statistics: self.statistics.clone(),
            pid_files: self.pid_files.clone(),
            program,
            caretaker: false,
        }
    }
}

/// The options that it was called with.
fn options_of(subject: &Subject) -> Result<Options, Problem> {
    let mut words = subject.arguments.clone();
    // `stillalive run` takes the same options.
    if subject.called() == "stillalive" && words.get(1).is_some_and(|word| word == "run") {
        words.remove(1);
    }
    let options = options::parse(&words).map_err(Problem::unusable)?;
    match options.request {
        Request::Run if options.vrrp => Ok(options),
        _ => Err(Problem::unusable("it runs no VRRP")),
    }
}

/// The first line of what a program called `keepalived` says of its version; empty if it says nothing.
pub(super) fn version(program: &Path) -> String {
    let output = std::process::Command::new(program).arg0("keepalived").arg("-v").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stderr).into_owned());
    text.unwrap_or_default().lines().next().unwrap_or_default().to_owned()
}

/// This program, by the name that the daemon was called by if that leads here: processes are found by
/// that.
pub(super) fn program(subject: &Subject) -> std::io::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let called = subject.arguments.first().map(|name| subject.names(Path::new(name)));
    let is_own = |path: &PathBuf| path.canonicalize().is_ok_and(|path| path == own);
    Ok(called.filter(is_own).unwrap_or(own))
}

fn described(subject: &Subject, program: &Path, plan: &Plan) -> String {
    let mut text = format!(
        "nothing speaks against it: {} would take the place of process {} ({})\n",
        program.display(),
        subject.main.pid(),
        subject.program.display()
    );
    plan.roles().for_each(|line| text.push_str(&format!("{line}\n")));
    text
}
