//! Alert mails: what a relay gets from ours and from keepalived, and a relay that does not work.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::lab::{Daemon, Host, Lab, now, ready};
use crate::protocol::{ELECTION, Timing, addresses};

/// How a relay behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Conduct {
    /// It takes every mail.
    Takes,
    /// It lets everybody in and never says a word.
    Silent,
}

/// A mail relay on a host, port 25 of 127.0.0.1, with the lines of each session.
struct Relay {
    sessions: Arc<Mutex<Vec<Arc<Mutex<Session>>>>>,
}

#[derive(Clone, Default)]
struct Session {
    lines: Vec<String>,
    ended: bool,
}

impl Session {
    /// Its lines, with what differs from run to run left out.
    fn text(&self) -> String {
        let lines = self.lines.iter().map(|line| match line.starts_with("Date: ") {
            true => "Date: ...",
            false => line,
        });
        lines.map(|line| format!("{line}\n")).collect()
    }

    fn subject(&self) -> &str {
        self.lines.iter().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or("")
    }
}

impl Relay {
    fn start(host: &Host, conduct: Conduct) -> Self {
        let listener = host.namespace().inside(|| TcpListener::bind("127.0.0.1:25").unwrap());
        let sessions: Arc<Mutex<Vec<Arc<Mutex<Session>>>>> = Arc::default();
        let kept = Arc::clone(&sessions);
        // Ends with the process: its listener is in a namespace that goes.
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let session = Arc::new(Mutex::new(Session::default()));
                kept.lock().unwrap().push(Arc::clone(&session));
                std::thread::spawn(move || {
                    let _broken = serve(&stream, conduct, &session);
                    session.lock().unwrap().ended = true;
                });
            }
        });
        Self { sessions }
    }

    fn sessions(&self) -> Vec<Session> {
        self.sessions.lock().unwrap().iter().map(|it| it.lock().unwrap().clone()).collect()
    }

    /// Waits for so many sessions that have ended.
    fn wait_for(&self, count: usize) -> Vec<Session> {
        let end = Instant::now() + 2 * ELECTION;
        loop {
            let sessions = self.sessions();
            if sessions.iter().filter(|session| session.ended).count() >= count {
                return sessions;
            }
            let subjects: Vec<_> = sessions.iter().map(Session::subject).collect();
            assert!(Instant::now() < end, "{count} mails should come: {subjects:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn serve(stream: &TcpStream, conduct: Conduct, session: &Mutex<Session>) -> std::io::Result<()> {
    let mut answers = stream;
    if conduct != Conduct::Silent {
        answers.write_all(b"220-relay.example.org\r\n220 ready\r\n")?;
    }
    let mut data = false;
    for line in BufReader::new(stream).lines() {
        // `lines` takes the end away, and with it the proof that it was CR LF.
        let line = line?;
        session.lock().unwrap().lines.push(line.clone());
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match (conduct, data, verb.as_str()) {
            (Conduct::Silent, ..) => continue,
            (_, true, ".") => {
                data = false;
                b"250 taken\r\n"
            }
            (_, true, _) => continue,
            (_, false, "DATA") => {
                data = true;
                b"354 go on\r\n"
            }
            (_, false, "EHLO") => b"250-relay.example.org\r\n250 8BITMIME\r\n",
            (_, false, "QUIT") => {
                answers.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => b"250 yes\r\n",
        };
        answers.write_all(answer)?;
    }
    Ok(())
}

/// Two members of a group on a router of its own, and one instance that sends no mail.
fn configuration(with_third: bool) -> String {
    let instance = |name: &str, vrid: u8, lines: &str| {
        format!(
            "vrrp_instance {name} {{
                interface eth0
                virtual_router_id {vrid}
                priority 150
                version 3
                advert_int 0.2
                virtual_ipaddress {{
                    10.77.0.{vrid}
                }}
                {lines}
            }}
"
        )
    };
    let third = if with_third { instance("V3", 53, "notify_deleted") } else { String::new() };
    format!(
        "global_defs {{
            router_id r1
            notification_email {{
                first@example.org
                acassen
                \"Some One <third@example.org>\"
            }}
            notification_email_from \"Keep Alive <ka@example.org>\"
            smtp_server 127.0.0.1
            smtp_helo_name helo.example.org
            smtp_alert_vrrp on
        }}
        vrrp_sync_group G1 {{
            group {{
                V1
                V2
            }}
        }}
        {}{}{}{third}",
        instance("V1", 51, ""),
        instance("V2", 52, ""),
        instance("V4", 54, "smtp_alert off")
    )
}

/// Start, takeover, fault, recovery, a removal at a reload. Gives the mails of each step; their order
/// within one is that of keepalived's connections, which is none.
fn story(daemon: Daemon) -> Vec<Vec<String>> {
    let lab = Lab::new(1);
    let relay = Relay::start(lab.host(1), Conduct::Takes);
    let mut running = lab.start(1, daemon, &configuration(true));
    let mut steps = vec![relay.wait_for(8)];
    lab.carrier(1, false);
    steps.push(relay.wait_for(12));
    lab.carrier(1, true);
    steps.push(relay.wait_for(20));
    running.write_configuration(&configuration(false));
    running.signal(Signal::SIGHUP);
    steps.push(relay.wait_for(21));
    running.wait_for_log("SMTP alert successfully sent.", 21, ELECTION);
    running.assert_alive();
    assert!(running.terminate(ELECTION).success());
    if daemon == Daemon::Ours {
        // keepalived ends before they are sent.
        steps.push(relay.wait_for(24));
    }
    let mut told = 0;
    let texts = steps.into_iter().map(|sessions| {
        let mut texts: Vec<String> = sessions.into_iter().skip(told).map(|it| it.text()).collect();
        told += texts.len();
        texts.sort_by_key(|text| {
            text.lines().find(|it| it.starts_with("Subject")).map(str::to_owned)
        });
        texts
    });
    texts.collect()
}

/// Byte by byte but for two things: we greet with `EHLO`, and 2.2.7 puts angles around a name with an
/// address, which no relay takes (2.4 does not).
#[test]
fn a_relay_gets_the_same_mails_from_ours_and_from_keepalived() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let mut ours = story(Daemon::Ours);
    let theirs = story(Daemon::Keepalived);
    let at_the_stop = ours.pop().unwrap();
    let ours: Vec<Vec<String>> = ours
        .into_iter()
        .map(|step| step.iter().map(|text| text.replace("EHLO ", "HELO ")).collect())
        .collect();
    let theirs: Vec<Vec<String>> = theirs
        .into_iter()
        .map(|step| {
            let plain = |text: &String| {
                text.replace("<Keep Alive <ka@example.org>>", "<ka@example.org>")
                    .replace("<Some One <third@example.org>>", "<third@example.org>")
            };
            step.iter().map(plain).collect()
        })
        .collect();
    assert_eq!(ours, theirs);
    assert!(ours[0][0].contains("RCPT TO:<third@example.org>\n"), "{}", ours[0][0]);
    let subjects: Vec<&str> = at_the_stop
        .iter()
        .filter_map(|text| text.lines().find_map(|line| line.strip_prefix("Subject: [r1] VRRP ")))
        .collect();
    assert_eq!(
        subjects,
        ["Group G1 - Stopping", "Instance V1 - Stopping", "Instance V2 - Stopping"]
    );
}

/// The subjects of a start, a takeover, a lost link and its return, sorted.
fn subjects(daemon: Daemon, text: &str, mails: usize) -> Vec<String> {
    let lab = Lab::new(1);
    let relay = Relay::start(lab.host(1), Conduct::Takes);
    let mut running = lab.start(1, daemon, text);
    lab.wait_for_owners(&addresses(&["10.77.0.51", "10.77.0.53"]), &[1], ELECTION);
    lab.carrier(1, false);
    running.wait_for_log("(V1) Entering FAULT STATE", 1, ELECTION);
    lab.carrier(1, true);
    lab.wait_for_owners(&addresses(&["10.77.0.51", "10.77.0.53"]), &[1], ELECTION);
    relay.wait_for(mails);
    // One too many would come in the meantime.
    std::thread::sleep(Duration::from_secs(1));
    running.assert_alive();
    let mut all: Vec<String> = relay.sessions().iter().map(|it| it.subject().to_owned()).collect();
    all.sort();
    all
}

/// `smtp_alert` is for everybody but for who says otherwise; a group may.
#[test]
fn no_email_faults_keeps_faults_out_of_the_mail_and_a_group_may_say_no() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let text = configuration(true)
        .replace("smtp_alert_vrrp on", "smtp_alert\n no_email_faults")
        .replace("vrrp_sync_group G1 {", "vrrp_sync_group G1 {\n smtp_alert off");
    let [ours, theirs] =
        [Daemon::Ours, Daemon::Keepalived].map(|daemon| subjects(daemon, &text, 12));
    assert_eq!(ours, theirs);
    let about = |word: &str| ours.iter().filter(|subject| subject.contains(word)).count();
    let counts = ["Instance V1", "Instance V3", "Group", "V4", "FAULT"].map(about);
    assert_eq!(counts, [4, 4, 0, 0, 0], "{ours:#?}");
}

/// Whoever lets us wait with a mail makes no advert late, and does not fill the log.
#[test]
fn a_relay_that_never_answers_delays_nothing_and_is_named_once() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let relay = Relay::start(lab.host(1), Conduct::Silent);
    let impatient_configuration = |with_third| {
        let text = configuration(with_third);
        text.replace("router_id r1", "router_id r1\n smtp_connect_timeout 1")
    };
    let mut running = lab.start(1, Daemon::Ours, &impatient_configuration(true));
    let vips = addresses(&["10.77.0.51", "10.77.0.52", "10.77.0.53"]);
    lab.wait_for_owners(&vips, &[1], ELECTION);
    let begin = now();
    running.wait_for_log("Timeout connecting SMTP server [127.0.0.1]:25.", 1, ELECTION);
    // An instance comes and goes, with a mail each time, while others lead.
    let since = Instant::now();
    for with_third in [false, true].into_iter().cycle() {
        if relay.sessions().len() >= 3 {
            break;
        }
        assert!(since.elapsed() < 2 * ELECTION, "the relay is tried again for later mails");
        running.write_configuration(&impatient_configuration(with_third));
        running.signal(Signal::SIGHUP);
        std::thread::sleep(Duration::from_millis(500));
    }
    let adverts = lab.capture().adverts(1).into_iter();
    let times = adverts.filter(|(time, advert)| *time >= begin && advert.vrid() == 51);
    let times: Vec<Duration> = times.map(|(time, _)| time).collect();
    let longest = times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
    let interval = Timing::V3(20).interval();
    assert!(longest < interval * 3 / 2, "V1 was silent for {longest:?}");
    assert_eq!(running.logged("Timeout connecting SMTP server"), 1);
    running.assert_alive();
    let stopped = Instant::now();
    assert!(running.terminate(ELECTION).success());
    assert!(stopped.elapsed() < Duration::from_secs(4), "{:?}", stopped.elapsed());
}
