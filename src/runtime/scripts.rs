//! The scripts of a configuration: who runs them, whether they may run, and starting them in order.
//!
//! Users, paths and permissions are looked up once, when the configuration is loaded, with
//! keepalived's messages; starting a script later asks no database.
//!
//! | File | Subject |
//! | --- | --- |
//! | `users`, `permission` | who runs a script, and whether it may be run |
//! | `starter` | the VRRP process's end: what it asks for, what it hears |
//! | `relay` | the thread behind it, and the life of the other end |
//! | `runner` | the process that starts scripts and waits for them |
//! | `wire` | what both say to each other |

mod permission;
mod relay;
pub mod runner;
pub(in crate::runtime) mod starter;
mod users;
mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use nix::unistd::{AccessFlags, Gid, Uid};
use tokio::process::{Child, Command};

use crate::ir::{Config, Script, ScriptUser, VrrpScript};
use crate::runtime::scripts::users::Users;
use crate::sys::child::{Credentials, command};

/// Where programs without a path are looked for when `PATH` is not set.
const DEFAULT_PATH: &str = "/bin:/usr/bin";

/// The scripts of a configuration, ready to be started.
#[derive(Debug, Default)]
pub struct Scripts {
    /// `None`: disabled.
    prepared: BTreeMap<Script, Option<How>>,
    umask: u32,
    /// Who owns the pipes that name a user.
    owners: Vec<(ScriptUser, Credentials)>,
    /// Who runs scripts, and owns pipes, that name no user.
    default: Option<Credentials>,
}

#[derive(Clone, Debug)]
struct How {
    path: PathBuf,
    name: String,
    credentials: Credentials,
}

/// One start of a script, with everything looked up.
#[derive(Clone, Debug)]
pub struct Launch {
    how: How,
    arguments: Vec<String>,
    umask: u32,
}

impl Launch {
    /// Starts it as a child of this process; needs a tokio runtime. `None` if that fails, which has
    /// been logged then.
    pub fn spawn(&self) -> Option<Child> {
        let How { path, name, credentials } = &self.how;
        let command = command(path, name, &self.arguments, credentials, self.umask);
        match Command::from(command).spawn() {
            Ok(child) => Some(child),
            Err(error) => {
                self.complain(error.raw_os_error().unwrap_or_default());
                None
            }
        }
    }

    /// It could not be started.
    fn complain(&self, errno: i32) {
        let text = crate::runtime::netlink::errno_text(errno);
        tracing::error!("Error exec-ing command '{}', error {errno}: {text}", self.how.name);
    }
}

impl Scripts {
    /// Looks up all scripts of the configuration and logs what is wrong with them. What they create
    /// is masked by `umask`. Asks the system's databases, which may take its time.
    pub fn load(config: &Config, umask: u32) -> Self {
        let global = &config.global;
        let fifos = [&global.fifos.all, &global.fifos.vrrp];
        let users = Users::of(global);
        let named = fifos.into_iter().filter_map(|fifo| fifo.user.clone());
        let owners = named.filter_map(|user| Some((user.clone(), users.look_up(&user)?))).collect();
        let mut scripts = Self { umask, owners, ..Self::default() };
        let all = all(config);
        if !all.is_empty() || fifos.iter().any(|fifo| fifo.path.is_some() && fifo.user.is_none()) {
            scripts.default = users.default(global);
        }
        if all.is_empty() {
            return scripts;
        }
        let mut insecure = false;
        for script in all {
            let user = match &script.user {
                Some(user) => users.look_up(user),
                None => scripts.default.clone(),
            };
            let how = prepare(&script, user, global.script_security, &mut insecure);
            scripts.prepared.insert(script, how);
        }
        if !global.script_security {
            let more = if insecure { " There are insecure scripts." } else { "" };
            tracing::warn!(
                "SECURITY VIOLATION - scripts are being executed but script_security not enabled.{more}"
            );
        }
        scripts
    }

    /// Whether there is anything to run.
    pub fn are_any(&self) -> bool {
        self.prepared.values().any(Option::is_some)
    }

    /// Those that cannot be run, whatever the reason.
    pub fn disabled(&self) -> BTreeSet<Script> {
        let disabled = self.prepared.iter().filter(|(_, how)| how.is_none());
        disabled.map(|(script, _)| script.clone()).collect()
    }

    /// Takes over what another configuration has prepared and this one does not know: at a reload
    /// instances that go still run theirs.
    pub fn keep(&mut self, former: Self) {
        for (script, how) in former.prepared {
            self.prepared.entry(script).or_insert(how);
        }
    }

    /// Forgets what the configuration does not have.
    pub fn keep_only(&mut self, config: &Config) {
        let known = all(config);
        self.prepared.retain(|script, _| known.contains(script));
    }

    /// The configuration without the checks that cannot be run: nobody tracks those.
    pub fn usable(&self, mut config: Config) -> Config {
        let disabled =
            |check: &VrrpScript| matches!(self.prepared.get(&check.program()), Some(None));
        let gone: BTreeSet<String> = config
            .vrrp_scripts
            .iter()
            .filter(|check| disabled(check))
            .map(|check| check.name.value.clone())
            .collect();
        if gone.is_empty() {
            return config;
        }
        for name in &gone {
            tracing::warn!("Disabling track script {name} since not found/accessible");
        }
        config.vrrp_scripts.retain(|check| !gone.contains(&check.name.value));
        let of_instances =
            config.instances.iter_mut().map(|instance| &mut Arc::make_mut(instance).tracking);
        let of_groups = config.sync_groups.iter_mut().map(|group| &mut group.tracking);
        for tracking in of_instances.chain(of_groups) {
            tracking.scripts.retain(|track| !gone.contains(&track.name));
        }
        config
    }

    /// How to start a script with its own arguments; `None` if it is disabled.
    pub fn launch(&self, script: &Script) -> Option<Launch> {
        self.launch_with(script, &[])
    }

    /// As [`Self::launch`], with `added` behind its own arguments.
    pub fn launch_with(&self, script: &Script, added: &[String]) -> Option<Launch> {
        let how = self.prepared.get(script)?.clone()?;
        let mut arguments = script.arguments.clone();
        arguments.extend_from_slice(added);
        Some(Launch { how, arguments, umask: self.umask })
    }

    /// Who runs each script: user and group number. Disabled ones are left out.
    pub fn users(&self) -> BTreeMap<Script, (u32, u32)> {
        let runs = self.prepared.iter().filter_map(|(script, how)| Some((script, how.as_ref()?)));
        runs.map(|(script, how)| (script.clone(), numbers(&how.credentials))).collect()
    }

    /// Who owns the pipes that name a user.
    pub fn owners(&self) -> Vec<(ScriptUser, (u32, u32))> {
        self.owners.iter().map(|(user, owner)| (user.clone(), numbers(owner))).collect()
    }

    /// Who runs scripts that name no user.
    pub fn default_user(&self) -> (u32, u32) {
        let own = || (Uid::effective().as_raw(), Gid::effective().as_raw());
        self.default.as_ref().map_or_else(own, numbers)
    }

    /// Who owns a pipe with that user: the named one, else the default script user.
    pub fn owner(&self, user: Option<&ScriptUser>) -> Option<(Uid, Gid)> {
        let credentials = match user {
            Some(user) => self.owners.iter().find(|(known, _)| known == user).map(|it| &it.1),
            None => self.default.as_ref(),
        };
        credentials.map(|it| (it.user, it.group))
    }
}

fn numbers(credentials: &Credentials) -> (u32, u32) {
    (credentials.user.as_raw(), credentials.group.as_raw())
}

/// Every script of the configuration that is run. A check that nobody tracks is not.
fn all(config: &Config) -> BTreeSet<Script> {
    let tracked: BTreeSet<&str> = config
        .instances
        .iter()
        .map(|instance| &instance.tracking)
        .chain(config.sync_groups.iter().map(|group| &group.tracking))
        .flat_map(|tracking| tracking.scripts.iter().map(|track| track.name.as_str()))
        .collect();
    let checks = config.vrrp_scripts.iter().filter(|it| tracked.contains(it.name.value.as_str()));
    let of_instances = config.instances.iter().map(|instance| &instance.notify);
    let of_groups = config.sync_groups.iter().map(|group| &group.notify);
    let notify = of_instances.chain(of_groups).flat_map(|notify| {
        [
            &notify.master,
            &notify.backup,
            &notify.fault,
            &notify.stop,
            &notify.any,
            &notify.master_rx_lower_pri,
            &notify.deleted,
        ]
        .map(Option::as_deref)
    });
    let global = &config.global;
    let once = [
        &global.startup.script,
        &global.shutdown.script,
        &global.fifos.all.script,
        &global.fifos.vrrp.script,
    ]
    .map(Option::as_ref);
    let notify = notify.chain(once).flatten().map(|script| script.value.clone());
    notify.chain(checks.map(VrrpScript::program)).collect()
}

/// `None` disables the script; why has been logged.
fn prepare(
    script: &Script,
    credentials: Option<Credentials>,
    security: bool,
    insecure: &mut bool,
) -> Option<How> {
    let program = &script.program;
    let Some(credentials) = credentials else {
        tracing::warn!("Unable to set default user for script {program} - ignoring");
        return None;
    };
    let path = locate(program)?;
    let no_access = |errno: i32| {
        let text = crate::runtime::netlink::errno_text(errno);
        tracing::warn!("Script {program} cannot be accessed - {text}");
    };
    let metadata = match std::fs::metadata(&path) {
        Ok(metadata) => metadata,
        Err(error) => {
            no_access(error.raw_os_error().unwrap_or_default());
            return None;
        }
    };
    if let Some(obstacle) = permission::closed_folder(&path, &credentials) {
        no_access(nix::libc::EACCES);
        tracing::warn!("Script '{program}': {obstacle}");
        return None;
    }
    if let Some(obstacle) = permission::not_executable(&path, &metadata, &credentials) {
        tracing::warn!(
            "WARNING - script '{program}' is not executable for uid:gid {}:{} - disabling.",
            credentials.user,
            credentials.group
        );
        tracing::warn!("Script '{program}': {obstacle}");
        return None;
    }
    if permission::runs_as_root(&metadata, &credentials)
        && let Some(obstacle) = permission::replaceable(&path)
    {
        *insecure = true;
        let consequence = if security { " - disabling" } else { "" };
        tracing::warn!("Unsafe permissions found for script '{program}'{consequence}.");
        tracing::warn!("Script '{program}' runs as root, but {obstacle}");
        if security {
            return None;
        }
    }
    let name = match program.contains('/') {
        true => program.clone(),
        false => path.to_string_lossy().into_owned(),
    };
    Some(How { path, name, credentials })
}

/// The path as written, or the first executable of that name along `PATH`.
fn locate(program: &str) -> Option<PathBuf> {
    if program.contains('/') {
        return Some(PathBuf::from(program));
    }
    let search = std::env::var("PATH").unwrap_or_else(|_| DEFAULT_PATH.to_owned());
    let found = std::env::split_paths(&search)
        .map(|directory| directory.join(program))
        .find(|path| path.is_file() && nix::unistd::access(path, AccessFlags::X_OK).is_ok());
    match &found {
        Some(path) => tracing::warn!(
            "WARNING - script `{program}` resolved by path search to `{}`. Please specify full path.",
            path.display()
        ),
        None => tracing::warn!("Cannot find script {program} in path - disabling"),
    }
    found
}

#[cfg(test)]
#[path = "scripts_tests.rs"]
mod tests;
