//! The checkers that connect, run, or follow; web checks have a file of their own.

use super::checks;
use crate::ir::lvs::{Check, Checker, Connection};

fn connection(connection: &Connection) -> String {
    let source = connection.source.map(|source| source.value);
    let port = connection.source_port.map(|port| port.value);
    let interface = connection.interface.as_ref().map(|interface| &interface.value);
    format!(
        "to {}#{} from {source:?}#{port:?} by {interface:?} mark {} in {:?}",
        connection.address.value,
        connection.port.value,
        connection.mark.value,
        connection.timeout.value
    )
}

fn show(checker: &Checker) -> String {
    match &checker.check.value {
        Check::Tcp(check) | Check::Ping(check) => connection(check),
        Check::Udp(udp) => format!(
            "payload {:?} reply {:?} of {}-{}",
            udp.payload.as_ref().map(|payload| &payload.value),
            udp.reply.value,
            udp.min_reply_length.value,
            udp.max_reply_length.value
        ),
        Check::Smtp(smtp) => {
            format!("{} {}", smtp.helo_name.value, connection(&smtp.connection))
        }
        Check::Dns(dns) => format!("{:?} {}", dns.record.value, dns.name.value),
        Check::Misc(misc) => {
            let script = &misc.script;
            let user = script.user.as_ref().map(|user| (&user.user, &user.group));
            format!(
                "{} {:?} by {user:?} in {:?} dynamic {}",
                script.program, script.arguments, misc.timeout.value, misc.dynamic.value
            )
        }
        Check::File(file) => format!(
            "{} {:?} {:?} alpha {}",
            file.file.value,
            file.weight.map(|weight| weight.value),
            file.reverse.map(|reverse| reverse.value),
            checker.alpha.value
        ),
        Check::Bfd(name) => format!("{} alpha {}", name.value, checker.alpha.value),
        Check::Http(_) => String::new(),
    }
}

#[test]
fn connections() {
    let rows = [
        "",
        "connect_ip 10.0.0.5; connect_port 81; bindto 10.0.0.9; bind_port 99; bind_if eth0; fwmark 7",
        "connect_ip x",
        "connect_ip 10.0.0.5 80",
        "connect_ip 2001:db8::5",
        "connect_ip fe80::1",
        "connect_ip fe80::1; bind_if eth0",
        "bindto 2001:db8::9",
        "bindto 10.0.0.9; connect_ip 2001:db8::5",
        "connect_ip 2001:db8::5; bindto 2001:db8::9",
        "connect_port 0",
        "connect_port 80x",
        "bind_port 65536",
        "bind_if eth0123456789012",
        "fwmark -1",
        "connect_timeout 0",
        "connect_timeout 3s",
        "retry x",
        "delay_before_retry -1",
        "warmup -1",
        "delay_loop 0",
        "alpha x",
        "log_all_failures x",
        "connect_timeout 1; connect_timeout 2",
        "nb_get_retry 3",
        "nosuch",
    ];
    insta::assert_snapshot!(checks("TCP_CHECK", &rows, show), @"
      =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
    connect_ip 10.0.0.5; connect_port 81; bindto 10.0.0.9; bind_port 99; bind_if eth0; fwmark 7  =>  to 10.0.0.5#81 from Some(10.0.0.9)#Some(99) by Some(eth0) mark 7 in 5s
    connect_ip x  =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:12: error[SA203]: 'x' is no address for `connect_ip`
          Counted Invalid connect_ip address x - ignoring
    connect_ip 10.0.0.5 80  =>  to 10.0.0.5#80 from None#None by None mark 0 in 5s
        14:21: warning[SA116]: extra words after `connect_ip`
    connect_ip 2001:db8::5  =>  to 2001:db8::5#80 from None#None by None mark 0 in 5s
    connect_ip fe80::1  =>  -
        13:1: error[SA520]: a check of a link-local address needs `bind_if`
          Counted Checker link local address fe80::1 requires a bind_if
    connect_ip fe80::1; bind_if eth0  =>  to fe80::1#80 from None#None by Some(eth0) mark 0 in 5s
    bindto 2001:db8::9  =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:8: error[SA208]: `bindto` is IPv6, and the other end is IPv4
          Counted bindto address 2001:db8::9 does not match address family of connect_ip - skipping
    bindto 10.0.0.9; connect_ip 2001:db8::5  =>  to 10.0.0.2#80 from Some(10.0.0.9)#None by None mark 0 in 5s
        15:12: error[SA208]: `connect_ip` is IPv6, and the other end is IPv4
          Counted connect_ip address 2001:db8::5 does not match address family of bindto - skipping
    connect_ip 2001:db8::5; bindto 2001:db8::9  =>  to 2001:db8::5#80 from Some(2001:db8::9)#None by None mark 0 in 5s
    connect_port 0  =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:14: error[SA202]: number '0' for `connect_port` is outside range [1, 65535]
          Counted Invalid checker connect_port '0'
    connect_port 80x  =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:14: error[SA201]: invalid number '80x' for `connect_port`
          Counted Invalid checker connect_port '80x'
    bind_port 65536  =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:11: error[SA202]: number '65536' for `bind_port` is outside range [1, 65535]
          Counted Invalid checker bind_port '65536'
    bind_if eth0123456789012  =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:9: error[SA205]: 'eth0123456789012' is no interface for `bind_if`
          Counted Interface name eth0123456789012 is too long - ignoring
    fwmark -1  =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:8: error[SA202]: negative number '-1' for `fwmark`
          Counted Invalid fwmark connection value '-1'
    connect_timeout 0  =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:17: error[SA202]: number '0' for `connect_timeout` is outside range [0.000001, 4294.967295]
          Counted connect_timeout 0 invalid - ignoring
    connect_timeout 3s  =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:17: error[SA201]: invalid number '3s' for `connect_timeout`
          Counted invalid number '3s'
    retry x  =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:7: error[SA201]: invalid number 'x' for `retry`
          Counted Invalid retry connection value 'x'
    delay_before_retry -1  =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:20: error[SA201]: negative number '-1' for `delay_before_retry`
          Counted Invalid delay_before_retry connection value '-1'
    warmup -1  =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:8: error[SA201]: negative number '-1' for `warmup`
          Counted Invalid warmup connection value '-1'
    delay_loop 0  =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:12: error[SA202]: number '0' for `delay_loop` is outside range [0.000001, 18446744073709.551614]
          Counted delay_loop '0' is invalid - ignoring
    alpha x  =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:7: error[SA204]: 'x' is no value of `alpha`
          Counted Invalid alpha parameter x
    log_all_failures x  =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:18: error[SA204]: 'x' is no value of `log_all_failures`
          Counted Invalid log_all_failures parameter x
    connect_timeout 1; connect_timeout 2  =>  to 10.0.0.2#80 from None#None by None mark 0 in 2s
        15:1: warning[SA120]: `connect_timeout` is given twice
    nb_get_retry 3  =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:1: error[SA101]: Unknown keyword 'nb_get_retry'
          Counted 
    nosuch  =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:1: error[SA101]: Unknown keyword 'nosuch'
          Counted
    ");
    insta::assert_snapshot!(checks("PING_CHECK", &["", "fwmark x"], show), @"
      =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
    fwmark x  =>  to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:8: error[SA201]: invalid number 'x' for `fwmark`
          Counted Invalid fwmark connection value 'x'
    ");
}

#[test]
fn datagrams() {
    let rows = [
        "",
        "payload 01 0a; require_reply 0xXX f",
        "payload",
        "payload xx",
        "require_reply",
        "require_reply zz",
        "min_reply_length 2; max_reply_length 9",
        "min_reply_length 300",
        "min_reply_length x",
        "max_reply_length 65536",
    ];
    insta::assert_snapshot!(checks("UDP_CHECK", &rows, show), @"
      =>  payload None reply NotNeeded of 0-255
    payload 01 0a; require_reply 0xXX f  =>  payload Some([1, 10]) reply Like([MaskedByte { value: 0, mask: 240 }, MaskedByte { value: 0, mask: 0 }, MaskedByte { value: 15, mask: 255 }]) of 0-255
    payload  =>  payload None reply NotNeeded of 0-255
        14:1: error[SA115]: `payload` lacks its value
          Counted UDP_CHECK payload requires a payload
    payload xx  =>  payload None reply NotNeeded of 0-255
        14:9: error[SA522]: the payload is not in hexadecimal
          Counted Invalid hex string for UDP_CHECK payload
    require_reply  =>  payload None reply Any of 0-255
    require_reply zz  =>  payload None reply Any of 0-255
        14:15: error[SA522]: the reply is not in hexadecimal
          Counted Invalid hex string for UDP_CHECK reply
    min_reply_length 2; max_reply_length 9  =>  payload None reply NotNeeded of 2-9
    min_reply_length 300  =>  payload None reply NotNeeded of 300-255
        14:18: error[SA522]: no answer can have at least 300 and at most 255 bytes
          Counted UDP_CHECK min_reply length 300 > max_reply_length 255 - will always fail
    min_reply_length x  =>  payload None reply NotNeeded of 0-255
        14:18: error[SA201]: invalid number 'x' for `min_reply_length`
          Counted UDP_CHECK min length x not valid - must be between 0 & 65535
    max_reply_length 65536  =>  payload None reply NotNeeded of 0-255
        14:18: error[SA202]: number '65536' for `max_reply_length` is outside range [0, 65535]
          Counted UDP_CHECK max length 65536 not valid - must be between 0 & 65535
    ");
}

#[test]
fn mail_servers_and_name_servers() {
    let rows = [
        "",
        "helo_name a.b",
        "helo_name",
        "helo_name a; helo_name b",
        "connect_port 25; host {; connect_ip 10.0.0.5; }; host {; connect_port 26; }",
        "host {; nosuch; }",
    ];
    insta::assert_snapshot!(checks("SMTP_CHECK", &rows, show), @"
      =>  smtpchecker.keepalived.org to 10.0.0.2#80 from None#None by None mark 0 in 5s
    helo_name a.b  =>  a.b to 10.0.0.2#80 from None#None by None mark 0 in 5s
    helo_name  =>  smtpchecker.keepalived.org to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:1: error[SA115]: `helo_name` lacks its value
          Counted SMTP_CHECK helo name missing
    helo_name a; helo_name b  =>  b to 10.0.0.2#80 from None#None by None mark 0 in 5s
        15:11: warning[SA120]: `helo_name` is given twice
          Counted SMTP_CHECK helo name already specified
    connect_port 25; host {; connect_ip 10.0.0.5; }; host {; connect_port 26; }  =>  smtpchecker.keepalived.org to 10.0.0.5#25 from None#None by None mark 0 in 5s + smtpchecker.keepalived.org to 10.0.0.2#26 from None#None by None mark 0 in 5s
        15:1: warning[SA118]: `host` is deprecated
          Logged The SMTP_CHECK host block is deprecated. Please define additional checkers.
        18:1: warning[SA118]: `host` is deprecated
          Logged The SMTP_CHECK host block is deprecated. Please define additional checkers.
    host {; nosuch; }  =>  smtpchecker.keepalived.org to 10.0.0.2#80 from None#None by None mark 0 in 5s
        14:1: warning[SA118]: `host` is deprecated
          Logged The SMTP_CHECK host block is deprecated. Please define additional checkers.
        15:1: error[SA101]: Unknown keyword 'nosuch'
          Counted
    ");
    let rows = [
        "",
        "type mx; name example.com",
        "type x",
        "name .",
        "name a.b",
        "name .a",
        "name a..b",
        "name ab.; name cd.",
    ];
    insta::assert_snapshot!(checks("DNS_CHECK", &rows, show), @"
      =>  Soa .
    type mx; name example.com  =>  Mx example.com
    type x  =>  Soa .
        14:6: error[SA204]: 'x' is no record that is asked for
          Counted Unknown DNS check type x - ignoring
    name .  =>  Soa .
    name a.b  =>  Soa a.b
        14:6: warning[SA522]: keepalived refuses 'a.b': its first label is one letter
          Counted DNS_CHECK name 'a.b' has empty label - ignoring
    name .a  =>  Soa .
        14:6: error[SA522]: '.a' has an empty label
          Counted DNS_CHECK name '.a' has empty label - ignoring
    name a..b  =>  Soa .
        14:6: error[SA522]: 'a..b' has an empty label
          Counted DNS_CHECK name 'a..b' has empty label - ignoring
    name ab.; name cd.  =>  Soa ab.
        15:6: error[SA120]: `name` is given twice
          Counted DNS_CHECK name already specified - ignoring
    ");
}

#[test]
fn programs() {
    let rows = [
        "misc_path /m",
        "misc_path \"/m 'a b' c\"; user u g; misc_timeout 5; misc_dynamic",
        "misc_path /m u g",
        "misc_path /m; misc_timeout 0",
        "misc_path /m; misc_timeout 4295",
        "misc_path /m; misc_timeout 1.5",
        "misc_path /a; misc_path /b",
        "misc_path \"\"",
        "misc_timeout 5",
        "misc_path /m; user",
        "misc_path /m; connect_port 80",
    ];
    insta::assert_snapshot!(checks("MISC_CHECK", &rows, show), @r#"
    misc_path /m  =>  /m [] by None in 60s dynamic false
    misc_path "/m 'a b' c"; user u g; misc_timeout 5; misc_dynamic  =>  /m ["a b", "c"] by Some(("u", Some("g"))) in 5s dynamic true
    misc_path /m u g  =>  /m [] by None in 60s dynamic false
    misc_path /m; misc_timeout 0  =>  /m [] by None in 60s dynamic false
    misc_path /m; misc_timeout 4295  =>  /m [] by None in 60s dynamic false
        15:14: error[SA202]: number '4295' for `misc_timeout` is outside range [0, 4294]
          Counted Invalid misc_timeout value '4295'
    misc_path /m; misc_timeout 1.5  =>  /m [] by None in 60s dynamic false
        15:14: error[SA201]: invalid number '1.5' for `misc_timeout`
          Counted Invalid misc_timeout value '1.5'
    misc_path /a; misc_path /b  =>  /b [] by None in 60s dynamic false
    misc_path ""  =>  -
        13:1: error[SA519]: `MISC_CHECK` names no program
          Counted No script path has been specified for MISC_CHECKER - skipping
        14:11: warning[SA401]: `misc_path` names no program
    misc_timeout 5  =>  -
        13:1: error[SA519]: `MISC_CHECK` names no program
          Counted No script path has been specified for MISC_CHECKER - skipping
    misc_path /m; user  =>  /m [] by None in 60s dynamic false
        15:1: error[SA115]: `user` lacks its value
          Counted No user specified for misc checker script '/m'
    misc_path /m; connect_port 80  =>  /m [] by None in 60s dynamic false
        15:1: error[SA101]: Unknown keyword 'connect_port'
          Counted
    "#);
}

#[test]
fn followers() {
    let rows = [
        "track_file f",
        "track_file f; weight -5 reverse",
        "track_file f; weight 5 noreverse",
        "track_file f; weight 5 x",
        "track_file f; weight",
        "track_file f; weight 2147483648",
        "track_file f; alpha",
        "track_file g",
        "weight 5",
    ];
    insta::assert_snapshot!(checks("FILE_CHECK", &rows, show), @"
    track_file f  =>  f None None alpha false
    track_file f; weight -5 reverse  =>  f Some(-5) Some(true) alpha false
    track_file f; weight 5 noreverse  =>  f Some(5) Some(false) alpha false
    track_file f; weight 5 x  =>  f None None alpha false
        15:10: error[SA204]: 'x' is no option of a weight
          Counted unknown track file weight option x - ignoring
    track_file f; weight  =>  f None None alpha false
        15:1: error[SA115]: `weight` lacks its value
          Counted track file weight missing
    track_file f; weight 2147483648  =>  f None None alpha false
        15:8: error[SA202]: number '2147483648' for `weight` is outside range [-2147483647, 2147483647]
          Counted weight for track file must be in [-2147483647..2147483647] inclusive. Ignoring...
    track_file f; alpha  =>  f None None alpha false
        15:1: error[SA101]: Unknown keyword 'alpha'
          Counted 
    track_file g  =>  -
        13:1: error[SA519]: `FILE_CHECK` follows no file
          Counted FILE_CHECK has no track_file specified - ignoring
        14:12: error[SA521]: no `track_file g` stands above
          Counted track_file g not found
    weight 5  =>  -
        13:1: error[SA519]: `FILE_CHECK` follows no file
          Counted FILE_CHECK has no track_file specified - ignoring
    ");
    let rows = [
        "name b",
        "name b; alpha",
        "name v",
        "name x",
        "name b c",
        "name b; name b",
        "name b; }; BFD_CHECK {; name b",
        "",
    ];
    insta::assert_snapshot!(checks("BFD_CHECK", &rows, show), @"
    name b  =>  b alpha false
    name b; alpha  =>  b alpha true
    name v  =>  -
        14:6: error[SA521]: no such `bfd_instance` stands above, or it is for vrrp only
          Counted ([10.0.0.2]:tcp:80) BFD_CHECK - BFD v not configured
    name x  =>  -
        14:6: error[SA521]: no such `bfd_instance` stands above, or it is for vrrp only
          Counted ([10.0.0.2]:tcp:80) BFD_CHECK - BFD x not configured
    name b c  =>  -
        14:1: error[SA519]: `name` takes one word
          Counted ([10.0.0.2]:tcp:80) BFD_CHECK - No or too many names specified - skipping checker
    name b; name b  =>  b alpha false
        15:6: error[SA521]: `name` is given twice
          Counted ([10.0.0.2]:tcp:80) BFD_CHECK - BFD b already specified as b
    name b; }; BFD_CHECK {; name b  =>  b alpha false
        17:6: error[SA521]: this server follows that session already
          Counted ([10.0.0.2]:tcp:80) BFD_CHECK - RS already monitoring b
      =>  -
        13:1: error[SA519]: `BFD_CHECK` names no session
          Counted ([10.0.0.2]:tcp:80) No name has been specified for BFD_CHECKER - skipping
    ");
}
