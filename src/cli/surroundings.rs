//! In which surroundings a configuration is read: those of this process, or those that the options of
//! a command describe.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::{Arg, ArgAction, ArgMatches, value_parser};

use crate::syntax::Environment;
use crate::units::Compat;

/// `--compat`, `--config-id`, `--define`, `--env-file`.
pub(crate) fn options() -> [Arg; 4] {
    let name = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    [
        name("compat", "VERSION", "The keepalived whose rules count")
            .value_parser(Compat::ALL.iter().map(|c| c.name()).collect::<Vec<_>>())
            .default_value(Compat::default().name()),
        name("config-id", "ID", "Take the lines that begin with @ID").short('i'),
        name("define", "NAME=VALUE", "An environment variable for ${_ENV NAME}")
            .action(ArgAction::Append),
        name("env-file", "FILE", "Environment variables, NAME=VALUE a line")
            .value_parser(value_parser!(PathBuf)),
    ]
}

/// The surroundings that the options describe. This machine's own variables and name are left out:
/// the same file is judged alike everywhere.
///
/// # Errors
/// A definition that is none, or a file that cannot be read.
pub(crate) fn environment(matches: &ArgMatches) -> Result<Environment, String> {
    let mut environment = Environment {
        config_id: matches.get_one::<String>("config-id").cloned().unwrap_or_default(),
        directory: std::env::current_dir()
            .map(|path| path.to_string_lossy().into_owned())
            .unwrap_or_default(),
        compat: matches
            .get_one::<String>("compat")
            .and_then(|name| Compat::from_name(name))
            .unwrap_or_default(),
        ..Environment::default()
    };
    let mut define = |line: &str| match line.split_once('=') {
        Some((name, value)) if !name.is_empty() => {
            environment.variables.insert(name.to_owned(), value.to_owned());
            Ok(())
        }
        _ => Err(format!("'{line}' defines nothing: write NAME=VALUE")),
    };
    if let Some(path) = matches.get_one::<PathBuf>("env-file") {
        let text = read(path)?;
        let lines = text.lines().map(str::trim);
        lines
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .try_for_each(&mut define)?;
    }
    let defined = matches.get_many::<String>("define").unwrap_or_default();
    defined.map(String::as_str).try_for_each(define)?;
    Ok(environment)
}

/// A file's text.
///
/// # Errors
/// It cannot be read; the text names it.
pub(crate) fn read(path: &std::path::Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// What this process lends to the reading of a configuration; the rest is asked for by options.
pub(crate) fn of_this_process() -> Environment {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Environment {
        variables: std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect(),
        directory: std::env::current_dir()
            .map(|path| path.to_string_lossy().into_owned())
            .unwrap_or_default(),
        random_seed: since_1970.map_or(0, |time| time.as_secs()),
        ..Environment::default()
    }
}
