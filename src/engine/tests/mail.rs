//! When mails are due: changes of state, each once, where `smtp_alert` asks for them.

use std::sync::Arc;

use super::{Run, at, config, instance, network};
use crate::engine::event::Event;
use crate::engine::tests::groups::group;
use crate::ir::Config;
use crate::ir::global::Mail;

/// Alerts in general are on, with a relay and a recipient; `change` says more.
fn with_mail(config: &Config, change: impl FnOnce(&mut Mail)) -> Arc<Config> {
    let mut config = config.clone();
    let mail = &mut config.global.mail;
    mail.server = Some(at(("192.0.2.25".to_owned(), 25)));
    mail.recipients = vec![at("root".to_owned())];
    change(mail);
    Arc::new(config)
}

fn alerting() -> Arc<Config> {
    let mut instance = instance(150);
    instance.smtp_alert = true;
    config([instance])
}

/// The mails of a start, a takeover, a fault, a fault while it is none, and the stop.
fn story(config: Arc<Config>) -> Vec<String> {
    let mut run = Run::on(config, network());
    for (time, up) in [(5.0, false), (6.0, true), (7.0, false), (8.0, true)] {
        run.until(time);
        run.link(up);
    }
    run.until(13.0);
    run.event(Event::Stop);
    let record = run.take();
    let mails = record.lines().filter_map(|line| line.split_once(" mail "));
    mails.map(|(_, told)| told.to_owned()).collect()
}

#[test]
fn each_change_of_state_is_mailed() {
    let expected = [
        "INSTANCE \"V1\" BACKUP 150",
        "INSTANCE \"V1\" MASTER 150",
        "INSTANCE \"V1\" FAULT 150",
        "INSTANCE \"V1\" BACKUP 150",
        "INSTANCE \"V1\" FAULT 150",
        "INSTANCE \"V1\" BACKUP 150",
        "INSTANCE \"V1\" MASTER 150",
        "INSTANCE \"V1\" STOP 150",
    ];
    assert_eq!(story(with_mail(&alerting(), |_| {})), expected);
}

#[test]
fn without_faults_the_same_state_is_not_mailed_again() {
    let expected = [
        "INSTANCE \"V1\" BACKUP 150",
        "INSTANCE \"V1\" MASTER 150",
        "INSTANCE \"V1\" BACKUP 150",
        "INSTANCE \"V1\" MASTER 150",
        "INSTANCE \"V1\" STOP 150",
    ];
    assert_eq!(story(with_mail(&alerting(), |mail| mail.no_faults = true)), expected);
}

#[test]
fn nobody_is_written_to_without_a_relay_a_recipient_or_the_wish() {
    let nothing: [&str; 0] = [];
    assert_eq!(story(with_mail(&alerting(), |mail| mail.server = None)), nothing);
    assert_eq!(story(with_mail(&alerting(), |mail| mail.recipients.clear())), nothing);
    assert_eq!(story(with_mail(&config([instance(150)]), |_| {})), nothing);
}

/// A group that says nothing follows `smtp_alert_vrrp`, which goes before `smtp_alert`.
#[test]
fn groups_follow_the_nearest_default() {
    let table = [
        (None, None, None, false),
        (None, None, Some(true), true),
        (None, Some(false), Some(true), false),
        (Some(true), Some(false), None, true),
        (Some(false), None, Some(true), false),
    ];
    for (own, vrrp, all, mailed) in table {
        let mut config = (*group([instance(150)])).clone();
        config.sync_groups.iter_mut().for_each(|group| group.smtp_alert = own);
        let told = story(with_mail(&config, |mail| (mail.alert, mail.alert_vrrp) = (all, vrrp)));
        assert_eq!(told.iter().any(|line| line.starts_with("GROUP")), mailed, "{told:?}");
    }
}
