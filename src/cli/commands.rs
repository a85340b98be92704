//! Our own sub-commands: one table of who defines each and who runs it. `run` alone stands apart,
//! for it takes keepalived's options.

use std::process::ExitCode;

use clap::{ArgMatches, Command};

use crate::cli::control::{order, status};
use crate::cli::{caps, check, explain, facts, fmt, handback, options, reload, render, takeover};

/// One sub-command.
pub(crate) struct SubCommand {
    /// Its name and options.
    pub(crate) define: fn() -> Command,
    /// Does it and returns the exit status.
    pub(crate) run: fn(&ArgMatches) -> ExitCode,
}

/// Every sub-command but `run`, in the order of the help.
const ALL: &[SubCommand] = &[
    SubCommand { define: caps::command, run: caps::run },
    SubCommand { define: check::command, run: check::run },
    SubCommand { define: order::drain, run: order::run_drain },
    SubCommand { define: explain::command, run: explain::run },
    SubCommand { define: facts::command, run: facts::run },
    SubCommand { define: order::failover, run: order::run_failover },
    SubCommand { define: fmt::command, run: fmt::run },
    SubCommand { define: handback::command, run: handback::run },
    SubCommand { define: reload::command, run: reload::run },
    SubCommand { define: render::command, run: render::run },
    SubCommand { define: order::resume, run: order::run_resume },
    SubCommand { define: status::command, run: status::run },
    SubCommand { define: takeover::command, run: takeover::run },
];

/// Our own command line.
pub(crate) fn own_command() -> Command {
    Command::new("stillalive")
        .about("Keeps virtual IPs alive from an unchanged keepalived.conf")
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .arg(options::flag('V', "version", "Print the version"))
        .subcommand(options::run_command())
        .subcommands(ALL.iter().map(|sub_command| (sub_command.define)()))
        .after_help(
            "Called as `keepalived` (make a symlink) it takes keepalived's command line instead.",
        )
}

/// Runs the sub-command of that name; `None` if it is none of the table.
pub(crate) fn dispatch(name: &str, matches: &ArgMatches) -> Option<ExitCode> {
    let known = ALL.iter().find(|sub_command| (sub_command.define)().get_name() == name)?;
    Some((known.run)(matches))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_command_line_is_consistent() {
        own_command().debug_assert();
    }
}
