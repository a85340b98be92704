//! What is told of a change of state, and to whom: scripts, named pipes, D-Bus, mail.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::engine::effect::{Effect, InstanceId};
use crate::engine::outbox::Outbox;
use crate::engine::why::Why;
use crate::ir::{self, Config, Notify, Script};
use crate::units::{Priority, Spanned};

/// One report. Its scripts are started in order and not waited for, then a line goes to the pipes, a
/// signal to D-Bus, then a mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notification {
    /// About whom.
    pub subject: Subject,
    /// Its name.
    pub name: Arc<str>,
    /// What happened.
    pub report: Report,
    /// The priority in force; a group has none, which is told as 0.
    pub priority: Option<Priority>,
    /// The scripts, the one of the state before the generic one.
    pub scripts: Vec<Call>,
    /// A mail is due.
    pub mail: bool,
    /// Why the state was entered. Scripts and pipes get what keepalived gives them, not this.
    pub why: Option<Arc<Why>>,
}

/// A script with everything that it gets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// The program, its user and its configured arguments.
    pub script: Arc<Script>,
    /// Arguments that the event adds.
    pub arguments: Vec<String>,
}

/// About whom a report is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Subject {
    /// A virtual router.
    Instance(InstanceId),
    /// A `vrrp_sync_group`.
    Group,
}

impl Subject {
    /// The word that scripts and pipes get.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Instance(_) => "INSTANCE",
            Self::Group => "GROUP",
        }
    }
}

/// What is reported.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Report {
    /// The state MASTER was entered.
    Master,
    /// The state BACKUP was entered.
    Backup,
    /// The state FAULT was entered.
    Fault,
    /// The daemon stops.
    Stop,
    /// A new configuration does not have it.
    Deleted,
    /// A master heard an advert of lower priority.
    MasterRxLowerPri,
    /// The priority of a master changed.
    MasterPriority,
    /// The priority changed in another state.
    BackupPriority,
}

impl Report {
    /// The word that scripts and pipes get.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Master => "MASTER",
            Self::Backup => "BACKUP",
            Self::Fault => "FAULT",
            Self::Stop => "STOP",
            Self::Deleted => "DELETED",
            Self::MasterRxLowerPri => "MASTER_RX_LOWER_PRI",
            Self::MasterPriority => "MASTER_PRIORITY",
            Self::BackupPriority => "BACKUP_PRIORITY",
        }
    }

    /// A later report of a state makes this one outdated.
    pub const fn is_state(self) -> bool {
        match self {
            Self::Master | Self::Backup | Self::Fault | Self::Stop | Self::Deleted => true,
            Self::MasterRxLowerPri | Self::MasterPriority | Self::BackupPriority => false,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The line of the pipes, without its end: `INSTANCE "V1" MASTER 150`.
impl fmt::Display for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let priority = self.priority.map_or(0, Priority::get);
        write!(f, "{} \"{}\" {} {priority}", self.subject.word(), self.name, self.report)
    }
}

/// What a configuration says of reports as a whole.
#[derive(Debug, Default)]
pub(super) struct Policy {
    /// There is a pipe.
    pipes: bool,
    /// D-Bus tells every state.
    bus: bool,
    /// There is somebody to send mail to, and a server.
    mail: bool,
    /// `no_email_faults`.
    no_mail_of_faults: bool,
    /// `smtp_alert_vrrp`, else `smtp_alert`: for groups that say nothing.
    mail_of_groups: bool,
    /// `vrrp_notify_priority_changes`.
    priority_changes: bool,
    /// `notify_priority_changes` of sync groups, by the names of their members.
    priority_changes_of_members: BTreeMap<String, bool>,
}

impl Policy {
    pub(super) fn of(config: &Config) -> Self {
        let (mail, fifos) = (&config.global.mail, &config.global.fifos);
        let members = config.sync_groups.iter().filter_map(|group| {
            let says = group.notify_priority_changes?;
            Some(group.members.iter().map(move |member| (member.value.clone(), says)))
        });
        Self {
            pipes: fifos.all.path.is_some() || fifos.vrrp.path.is_some(),
            bus: config.global.dbus.enabled,
            mail: !mail.recipients.is_empty() && mail.server.is_some(),
            no_mail_of_faults: mail.no_faults,
            mail_of_groups: mail.alert_vrrp.or(mail.alert).unwrap_or(false),
            priority_changes: fifos.priority_changes,
            priority_changes_of_members: members.flatten().collect(),
        }
    }
}

/// Reports for one instance or group.
#[derive(Clone, Debug)]
pub(super) struct Reporter {
    subject: Subject,
    name: Arc<str>,
    /// `None`: none, as most instances.
    scripts: Option<Box<Scripts>>,
    /// `smtp_alert`; `None` leaves it to the policy.
    smtp_alert: Option<bool>,
    /// `notify_priority_changes`; `None` leaves it to the policy.
    priority_changes: Option<bool>,
    /// What was last mailed: the same state is not mailed twice.
    mailed: Option<Report>,
}

/// The scripts, shared with the effects that run them.
#[derive(Clone, Debug, Default)]
struct Scripts {
    master: Option<Arc<Script>>,
    backup: Option<Arc<Script>>,
    fault: Option<Arc<Script>>,
    stop: Option<Arc<Script>>,
    deleted: Option<Arc<Script>>,
    master_rx_lower_pri: Option<Arc<Script>>,
    any: Option<Arc<Script>>,
    /// A removal is told as DELETED.
    reports_deletion: bool,
}

impl Scripts {
    fn of(notify: &Notify) -> Option<Box<Self>> {
        if *notify == Notify::default() {
            return None;
        }
        let share = |script: &Option<Box<Spanned<Script>>>| {
            script.as_ref().map(|script| Arc::new(script.value.clone()))
        };
        Some(Box::new(Self {
            master: share(&notify.master),
            backup: share(&notify.backup),
            fault: share(&notify.fault),
            stop: share(&notify.stop),
            deleted: share(&notify.deleted),
            master_rx_lower_pri: share(&notify.master_rx_lower_pri),
            any: share(&notify.any),
            reports_deletion: notify.reports_deletion,
        }))
    }

    fn special(&self, report: Report) -> Option<&Arc<Script>> {
        match report {
            Report::Master => self.master.as_ref(),
            Report::Backup => self.backup.as_ref(),
            Report::Fault => self.fault.as_ref(),
            Report::Stop => self.stop.as_ref(),
            Report::Deleted => self.deleted.as_ref(),
            Report::MasterRxLowerPri => self.master_rx_lower_pri.as_ref(),
            Report::MasterPriority | Report::BackupPriority => None,
        }
    }
}

impl Reporter {
    /// Of an instance.
    pub(super) fn of_instance(id: InstanceId, name: &Arc<str>, config: &ir::Instance) -> Self {
        let mut reporter = Self::silent(Subject::Instance(id));
        reporter.adopt_instance(name, config);
        reporter
    }

    /// Takes over what a configuration says of the instance.
    pub(super) fn adopt_instance(&mut self, name: &Arc<str>, config: &ir::Instance) {
        self.name = Arc::clone(name);
        self.scripts = Scripts::of(&config.notify);
        self.smtp_alert = Some(config.smtp_alert);
        self.priority_changes = config.notify_priority_changes.as_ref().map(|says| says.value);
    }

    /// Takes over what a configuration says of one that has no priority.
    pub(super) fn adopt(&mut self, name: &str, notify: &Notify, smtp_alert: Option<bool>) {
        self.name = Arc::from(name);
        self.scripts = Scripts::of(notify);
        self.smtp_alert = smtp_alert;
    }

    pub(super) fn silent(subject: Subject) -> Self {
        Self {
            subject,
            name: Arc::from(""),
            scripts: None,
            smtp_alert: None,
            priority_changes: None,
            mailed: None,
        }
    }

    /// Reports, if anybody wants to hear it. Every report of a state or an event goes this way.
    pub(super) fn report(
        &mut self,
        policy: &Policy,
        out: &mut Outbox,
        report: Report,
        priority: Option<Priority>,
        why: Option<Arc<Why>>,
    ) {
        let special = self.scripts.as_ref().and_then(|scripts| scripts.special(report)).cloned();
        self.tell(policy, out, (report, priority, why), special);
    }

    /// The end of one that a new configuration does not have. Unless `notify_deleted` is written it
    /// is told as FAULT, but `notify_fault` is not run: scripts rely on both.
    pub(super) fn report_deletion(
        &mut self,
        policy: &Policy,
        out: &mut Outbox,
        priority: Option<Priority>,
        why: Arc<Why>,
    ) {
        match self.scripts.as_ref().is_some_and(|scripts| scripts.reports_deletion) {
            true => self.report(policy, out, Report::Deleted, priority, Some(why)),
            false => self.tell(policy, out, (Report::Fault, priority, Some(why)), None),
        }
    }

    /// The priority has changed.
    pub(super) fn report_priority(
        &mut self,
        policy: &Policy,
        out: &mut Outbox,
        priority: Priority,
        is_master: bool,
    ) {
        let of_group = || policy.priority_changes_of_members.get(self.name.as_ref()).copied();
        let wanted = self.priority_changes.or_else(of_group).unwrap_or(policy.priority_changes);
        if wanted {
            let report = if is_master { Report::MasterPriority } else { Report::BackupPriority };
            self.report(policy, out, report, Some(priority), None);
        }
    }

    /// Writes the state to the pipes once more (`fifo_write_vrrp_states_on_reload`).
    pub(super) fn repeat(
        &self,
        policy: &Policy,
        out: &mut Outbox,
        report: Report,
        priority: Option<Priority>,
    ) {
        if policy.pipes {
            self.push(out, (report, priority, None), Vec::new(), false);
        }
    }

    fn tell(
        &mut self,
        policy: &Policy,
        out: &mut Outbox,
        (report, priority, why): (Report, Option<Priority>, Option<Arc<Why>>),
        special: Option<Arc<Script>>,
    ) {
        let mut scripts = Vec::new();
        scripts.extend(special.map(|script| Call { script, arguments: Vec::new() }));
        let any = self.scripts.as_ref().and_then(|scripts| scripts.any.as_ref());
        if let (true, Some(script)) = (report.is_state(), any) {
            let arguments = vec![
                self.subject.word().to_owned(),
                self.name.to_string(),
                report.word().to_owned(),
                priority.map_or(0, Priority::get).to_string(),
            ];
            scripts.push(Call { script: Arc::clone(script), arguments });
        }
        let mail = policy.mail
            && self.smtp_alert.unwrap_or(policy.mail_of_groups)
            && report.is_state()
            && self.mailed != Some(report)
            && !(policy.no_mail_of_faults && report == Report::Fault);
        if mail {
            self.mailed = Some(report);
        }
        let told = policy.pipes || (policy.bus && report.is_state());
        if told || mail || !scripts.is_empty() {
            self.push(out, (report, priority, why), scripts, mail);
        }
    }

    fn push(
        &self,
        out: &mut Outbox,
        (report, priority, why): (Report, Option<Priority>, Option<Arc<Why>>),
        scripts: Vec<Call>,
        mail: bool,
    ) {
        let name = Arc::clone(&self.name);
        let subject = self.subject;
        let notification = Notification { subject, name, report, priority, scripts, mail, why };
        out.push(Effect::Notify(notification));
    }
}
