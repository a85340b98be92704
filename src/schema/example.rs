//! An example of each keyword, made from its row of the table: the blocks around it and a line that
//! keepalived takes. Addresses are those that are reserved for documents.

use super::{Block, Keyword, Kind, Value, keywords};

/// Blanks a level of braces.
const INDENT: &str = "    ";

/// What stands for the placeholders of [`Keyword::arguments`].
const SAMPLES: &[(&str, &str)] = &[
    ("ADDR", "192.0.2.1"),
    ("ADDRESS", "192.0.2.1"),
    ("BYTES", "65536"),
    ("CODE", "200"),
    ("COMMAND", "/usr/local/sbin/check.sh"),
    ("DIR", "/run/keepalived"),
    ("FILE", "/etc/keepalived/file"),
    ("FROM/", ""),
    ("GROUP", "keepalived_script"),
    ("HEX", "0a1b2c3d"),
    ("HOST", "mail.example.com"),
    ("ID", "1"),
    ("IFACE", "eth0"),
    ("IFNAME", "vrrp.51"),
    ("IP", "192.0.2.1"),
    ("IPADDR", "192.0.2.1"),
    ("LABEL", "eth0:1"),
    ("LOCATOR", "1:2:3:4"),
    ("LOW-HIGH", "1000-2000"),
    ("MARK", "1"),
    ("MAX", "65536"),
    ("MD5HEX", "9c0c4f3a1d6d1a52c2d4c4b9b2f0f1c6"),
    ("N", "1"),
    ("NAME", "name"),
    ("NETMASK", "255.255.255.0"),
    ("NUMBER", "1"),
    ("PATH", "/run/keepalived/file"),
    ("PATTERN", "\"^ready\""),
    ("SECONDS", "10"),
    ("SECS", "10"),
    ("START", "32768"),
    ("STRING", "text"),
    ("TIME", "200"),
    ("TO", "1"),
    ("USER", "keepalived_script"),
    ("VALUE", "0123456789abcdef0123456789abcdef"),
    ("WORD", "word"),
];

/// Keywords for whose arguments the placeholders say too little.
const SPECIAL: &[(&str, &str)] = &[
    ("encap", "mpls 100"),
    ("mpls", "100"),
    ("ip", "id 1 dst 192.0.2.1"),
    ("ip6", "id 1 dst 2001:db8::1"),
    ("nexthop", "via 192.0.2.254 weight 1"),
    ("mcast_dst_ip", "224.0.0.18"),
    ("notification_email_from", "keepalived@example.com"),
    ("path", "/health"),
    ("process", "nginx"),
    ("regex_options", "caseless"),
    ("router_id", "node1"),
    ("scope", "link"),
    ("sup_group", "1"),
    ("suppress_ifgroup", "1"),
    ("smtp_server", "192.0.2.25"),
    ("snmp_socket", "unix:/var/agentx/master"),
    ("use_ipvlan", "ipvl.51"),
    ("vrrp_mcast_group4", "224.0.0.18"),
    ("vrrp_mcast_group6", "ff02::12"),
    ("virtual_server", "192.0.2.10 80"),
    ("real_server", "198.51.100.1 80"),
    ("vrrp_instance", "VI_1"),
    ("vrrp_sync_group", "VG_1"),
    ("vrrp_script", "chk_service"),
    ("vmac_addr_prefix", "vmac"),
    ("vmac_prefix", "vmac"),
    ("dst", "192.0.2.1"),
    ("src", "192.0.2.1"),
];

/// What a rule does; it needs one of them, and no more.
const RULE_ACTIONS: &[&str] =
    &["table", "lookup", "goto", "l3mdev", "blackhole", "nop", "prohibit", "unreachable"];

/// An example of the keyword where it stands: lines, the blocks around it included.
#[must_use]
pub fn example(place: Block, keyword: &Keyword) -> String {
    let mut lines = vec![line_of(place, keyword)];
    if keyword.opens().is_some() {
        if let Some(first) = lines.first_mut() {
            first.push_str(" {");
        }
        lines.extend(content(keyword).into_iter().map(|line| format!("{INDENT}{line}")));
        lines.push("}".to_owned());
    }
    let mut inner = place;
    while let Some((outer, opener)) = opener(inner) {
        if opener.opens().is_some() {
            for line in &mut lines {
                line.insert_str(0, INDENT);
            }
            lines.insert(0, format!("{} {{", with_arguments(opener)));
            lines.push("}".to_owned());
        } else if let Some(first) = lines.first_mut() {
            // Words on the line of another keyword.
            let before = before_options(outer, opener, inner, keyword);
            first.insert_str(0, &before);
        }
        inner = outer;
    }
    lines.join("\n")
}

/// What stands in the braces of the keyword: a line of data, or what a block cannot do without.
fn content(keyword: &Keyword) -> Vec<String> {
    let lines: &[&str] = match keyword.opens() {
        Some(Block::RuleLine) => &["from 192.0.2.0/24 table 100"],
        Some(Block::InterfaceDelay) => &["eth0 2 1"],
        Some(Block::TrackEntry) if keyword.word != "track_interface" => &["name weight 10"],
        Some(Block::VrrpInstance) => &["interface eth0", "virtual_router_id 51"],
        Some(Block::Authentication) => &["auth_type PASS", "auth_pass secret"],
        Some(Block::AuthHmac) => &["key 1 0123456789abcdef0123456789abcdef", "active_key 1"],
        Some(Block::VrrpScript) => &["script \"/usr/local/sbin/check.sh\"", "interval 2"],
        Some(Block::TrackFile) => &["file /run/keepalived/file"],
        Some(Block::TrackProcess) => &["process nginx"],
        Some(Block::SyncGroup | Block::TrackGroup) => &["group {", "    VI_1", "}"],
        Some(Block::GarpGroup) => &["garp_interval 0.5", "interface eth0"],
        Some(Block::BfdInstance) => &["neighbor_ip 192.0.2.2"],
        Some(Block::VirtualServer) => &["lb_algo rr", "lb_kind NAT"],
        Some(Block::RealServer) => &["weight 1"],
        Some(Block::HttpGet | Block::SslGet) => &["url {", "    path /health", "}"],
        Some(Block::HttpUrl | Block::SslUrl) => &["path /health"],
        Some(inside) if matches!(keyword.kind, Kind::ValueBlock(_)) => {
            return vec![line_start(inside).trim_end().to_owned()];
        }
        _ => &[],
    };
    lines.iter().map(|line| (*line).to_owned()).collect()
}

/// The keyword with arguments, and before it what a line of data begins with.
fn line_of(place: Block, keyword: &Keyword) -> String {
    let words = with_arguments(keyword);
    // A word that only stands beside another one.
    let (how, other) = keyword.arguments.split_once(' ').unwrap_or_default();
    let other = other.split([' ', '/', ')']).next().unwrap_or_default();
    match place {
        Block::RouteLine if keyword.word == "lock" => format!("{}mtu lock 1400", line_start(place)),
        Block::RuleLine if keyword.word == "type" => "from 192.0.2.0/24 type blackhole".to_owned(),
        Block::RuleLine if keyword.word == "goto" => {
            "preference 100 from 192.0.2.0/24 goto 200".to_owned()
        }
        Block::RuleLine
            if keyword.arity.max == Some(0) && !RULE_ACTIONS.contains(&keyword.word) =>
        {
            format!("{words} from 192.0.2.0/24 table 100")
        }
        Block::GarpExtraIfOption => format!("{words} 10"),
        _ if how == "(as" => words,
        _ if how == "(after" && !line_start(place).is_empty() => {
            format!("{}{other} {words}", line_start(place))
        }
        _ if how == "(before" && place == Block::RouteLine => {
            format!("{words} {}", line_start(place).trim_end())
        }
        Block::RuleLine if RULE_ACTIONS.contains(&keyword.word) => {
            format!("from 192.0.2.0/24 {words}")
        }
        Block::RuleLine => format!("{words} table 100"),
        _ => format!("{}{words}", line_start(place)),
    }
}

/// What a line of data begins with.
const fn line_start(place: Block) -> &'static str {
    match place {
        Block::AddressLine => "192.0.2.10/24 ",
        Block::RouteLine => "198.51.100.0/24 ",
        Block::UnicastPeerOption => "192.0.2.2 ",
        Block::LinkbeatInterface | Block::TrackEntry | Block::InterfaceList => "eth0 ",
        Block::EmailList => "admin@example.com",
        Block::InstanceList => "VI_1",
        Block::VirtualServerGroup => "192.0.2.10 80 ",
        _ => "",
    }
}

/// The words of a line up to its options.
fn before_options(place: Block, opener: &Keyword, inside: Block, keyword: &Keyword) -> String {
    let first = match inside {
        Block::UseVmacOption if keyword.word != "name" => "vrrp.51 ",
        Block::UseIpvlanOption if keyword.word != "name" => "ipvl.51 ",
        Block::InitFileOption => "1 ",
        _ => "",
    };
    let word = match (inside, keyword.word) {
        (Block::RouteEncapIp, "tc" | "hoplimit") => "ip6",
        _ => opener.word,
    };
    format!("{}{word} {first}", line_start(place))
}

/// The keyword that opens a place, and where it stands itself.
fn opener(inner: Block) -> Option<(Block, &'static Keyword)> {
    Block::ALL.iter().filter(|outer| **outer != inner).find_map(|&outer| {
        let leads_there =
            |keyword: &&Keyword| keyword.opens() == Some(inner) || keyword.options == Some(inner);
        keywords(outer).iter().find(leads_there).map(|keyword| (outer, keyword))
    })
}

/// The keyword with as few arguments as it takes.
fn with_arguments(keyword: &Keyword) -> String {
    let special = SPECIAL.iter().find(|(word, _)| *word == keyword.word);
    let arguments = match special {
        Some((_, arguments)) if keyword.arity.min > 0 => (*arguments).to_owned(),
        _ if keyword.arity.min == 0 => String::new(),
        _ => match keyword.value {
            Value::None => from_notation(keyword),
            Value::Flag => "on".to_owned(),
            Value::Integer { min, max } => integer(keyword, min, max),
            Value::Seconds { min, .. } => {
                let least = min.as_secs_f64();
                number(keyword, least).unwrap_or_else(|| least.max(1.0).to_string())
            }
            Value::Milliseconds { min, .. } => {
                let least = min.as_secs_f64() * 1e3;
                number(keyword, least).unwrap_or_else(|| least.max(1.0).to_string())
            }
            Value::Address => address(keyword).to_owned(),
            Value::Interface => "eth0".to_owned(),
            Value::Script => format!("\"/usr/local/sbin/{}.sh\"", keyword.word),
            Value::Choice(words) => {
                let usual = keyword.default.filter(|default| words.contains(default));
                usual.or(words.first().copied()).unwrap_or_default().to_owned()
            }
            Value::Word | Value::Other => from_notation(keyword),
        },
    };
    let few = usize::from(keyword.arity.min).saturating_sub(words_in(&arguments));
    let more = if few > 0 && !matches!(keyword.value, Value::Word | Value::Other) {
        further(keyword, few)
    } else {
        String::new()
    };
    let parts = [keyword.word, &arguments, &more];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn words_in(text: &str) -> usize {
    text.split_whitespace().count()
}

/// The words after the first.
fn further(keyword: &Keyword, count: usize) -> String {
    let words = keyword.arguments.split_whitespace().skip(1).take(count);
    words.map(sample).collect::<Vec<_>>().join(" ")
}

/// The default where it is a number that may be written, also one with a remark after it; never 0,
/// which says little.
fn number(keyword: &Keyword, least: f64) -> Option<String> {
    let word = keyword.default?.split([' ', ',', ';', ':']).next()?;
    word.parse::<f64>().is_ok_and(|number| number >= least && number > 0.0).then(|| word.to_owned())
}

fn integer(keyword: &Keyword, min: i64, max: i64) -> String {
    let usual = number(keyword, 1.0).filter(|number| {
        number.parse::<i64>().is_ok_and(|number| (min.max(1)..=max).contains(&number))
    });
    usual.unwrap_or_else(|| min.max(1).min(max).to_string())
}

fn address(keyword: &Keyword) -> &'static str {
    let ipv6_only = keyword.word.contains('6')
        || keyword.range.is_some_and(|range| range.contains("IPv6") && !range.contains("IPv4"));
    if ipv6_only { "2001:db8::1" } else { "192.0.2.1" }
}

/// The first way to write the arguments, with the fewest words.
fn from_notation(keyword: &Keyword) -> String {
    let text = keyword.arguments;
    let text = text.split(" {").next().unwrap_or_default();
    let text = text.split(" (").next().unwrap_or_default();
    let text = text.split(" | ").next().unwrap_or_default();
    let text = text.split(" or ").next().unwrap_or_default();
    let mut required = Vec::new();
    let mut optional = Vec::new();
    let mut depth = 0_usize;
    for word in text.split_whitespace() {
        let all_inside = word.starts_with('[') && word.ends_with([']', '.']);
        let inside = depth > 0 || all_inside || word.starts_with('[') && !word.contains(']');
        let opened = word.matches('[').count();
        depth = (depth + opened).saturating_sub(word.matches(']').count());
        if inside {
            optional.push(word.trim_matches(['[', ']']));
        } else {
            required.push(word);
        }
    }
    let few = usize::from(keyword.arity.min).saturating_sub(required.len());
    let words = optional.into_iter().take(few).chain(required);
    words.map(sample).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What stands for one placeholder; a word that is none stands for itself.
fn sample(word: &str) -> String {
    let word = word.trim_end_matches("...");
    let first = word.split('|').next().unwrap_or_default();
    let (name, rest) = match first.find('[') {
        Some(0) | None => (first, ""),
        Some(at) => first.split_at(at),
    };
    let known = SAMPLES.iter().find(|(placeholder, _)| *placeholder == name);
    match (known, rest) {
        (Some((_, sample)), "[/LEN]") if sample.starts_with("192.0.2.") => {
            "192.0.2.0/24".to_owned()
        }
        (Some((_, sample)), _) => (*sample).to_owned(),
        (None, _) if first.starts_with("[FROM/]") => "1".to_owned(),
        (None, _) => name.to_owned(),
    }
}
