//! The lines of `track_interface`, `track_script`, `track_file`, `track_process` and `track_bfd`:
//! `NAME [weight N [reverse|noreverse]]`, for instances and for sync groups.

use crate::diag::{Code, Verdict};
use crate::ir::{Track, Tracking};
use crate::lower::Lowering;
use crate::lower::known::{Object, ObjectKind};
use crate::lower::line::Words;
use crate::syntax::{Statement, Word};
use crate::units::{IfName, Span, Spanned};

/// What differs between the lists: keepalived's words, and its rules.
struct List {
    /// `None`: interfaces, which belong to the host.
    kind: Option<ObjectKind>,
    /// As in "duplicate track_script s1".
    keyword: &'static str,
    /// As in "weight without value specified for track script s1".
    noun: &'static str,
    /// The greatest weight that is read, and the greatest that counts.
    most: (i16, i16),
    /// `noreverse` is known.
    takes_back: bool,
    /// An unknown word after the weight drops the line.
    drops: bool,
}

const INTERFACE: List = List {
    kind: None,
    keyword: "track_interface",
    noun: "track_interface",
    most: (254, 253),
    takes_back: false,
    drops: false,
};
const SCRIPT: List = List {
    kind: Some(ObjectKind::Script),
    keyword: "track_script",
    noun: "track script",
    most: (254, 253),
    takes_back: true,
    drops: false,
};
const FILE: List = List {
    kind: Some(ObjectKind::File),
    keyword: "track_file",
    noun: "track file",
    most: (254, 254),
    takes_back: true,
    drops: true,
};
const PROCESS: List = List {
    kind: Some(ObjectKind::Process),
    keyword: "track_process",
    noun: "track process",
    most: (254, 254),
    takes_back: true,
    drops: false,
};
const BFD: List = List {
    kind: Some(ObjectKind::Bfd),
    keyword: "track_bfd",
    noun: "track bfd",
    most: (253, 253),
    takes_back: true,
    drops: true,
};

/// Why weights do not count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unweighted {
    /// The sync group lacks `sync_group_tracking_weight`.
    SyncGroup(Span),
    /// Priority 255.
    Owner(Span),
}

impl Lowering<'_> {
    /// One `track_*` block of an instance or a sync group of that name; false if the statement is
    /// none.
    pub(super) fn track_list(
        &mut self,
        owner: &str,
        statement: &Statement,
        tracking: &mut Tracking,
    ) -> bool {
        let lines = statement.block.iter().flat_map(|block| &block.statements);
        let (list, tracks) = match statement.keyword() {
            "track_interface" => {
                for line in lines {
                    let Some(track) = self.track(owner, &INTERFACE, line) else { continue };
                    let Some(name) = self.interface("track_interface", track.name) else {
                        continue;
                    };
                    let (weight, reverse) = (track.weight, track.reverse);
                    let track =
                        Spanned::new(Track { name: name.value, weight, reverse }, line.line);
                    let known = tracking.interfaces.iter().find(|known| known.name == track.name);
                    match known.map(|known| known.span) {
                        Some(first) => self.tracked_twice(owner, &INTERFACE, line, first),
                        None => tracking.interfaces.push(track),
                    }
                }
                return true;
            }
            "track_script" => (&SCRIPT, &mut tracking.scripts),
            "track_file" => (&FILE, &mut tracking.files),
            "track_process" => (&PROCESS, &mut tracking.processes),
            "track_bfd" => (&BFD, &mut tracking.bfds),
            _ => return false,
        };
        for line in lines {
            let Some(track) = self.track(owner, list, line) else { continue };
            let (weight, reverse) = (track.weight, track.reverse);
            let track = Track { name: track.name.text.clone(), weight, reverse };
            match tracks.iter().find(|known| known.name == track.name).map(|known| known.span) {
                Some(first) => self.tracked_twice(owner, list, line, first),
                None => tracks.push(Spanned::new(track, line.line)),
            }
        }
        true
    }

    /// One line; `None` if it is dropped.
    fn track<'w>(
        &mut self,
        owner: &str,
        list: &List,
        line: &'w Statement,
    ) -> Option<Track<&'w Word>> {
        let mut words = Words::of(line);
        let name = words.next()?;
        if let Some(kind) = list.kind {
            self.defined(owner, list, kind, name)?;
        }
        let mut track = Track { name, weight: None, reverse: None };
        let Some(option) = words.next() else { return Some(track) };
        let (keyword, noun, called) = (list.keyword, list.noun, &name.text);
        if option.text != "weight" {
            let which = match list.kind {
                None | Some(ObjectKind::Bfd) => format!("{noun} {called}"),
                _ => noun.to_owned(),
            };
            self.track_error(
                option.span,
                format!("({owner}) unknown {which} option {} - ignoring", option.text),
            )
            .label("`weight N`, or nothing; the whole line is ignored");
            return None;
        }
        let Some(value) = words.next() else {
            self.track_error(
                option.span,
                format!("({owner}) weight without value specified for {noun} {called} - ignoring"),
            )
            .label("the whole line is ignored");
            return None;
        };
        track.weight = self.weight(owner, list, name, value);
        let Some(option) = words.next() else { return Some(track) };
        match option.text.as_str() {
            "reverse" => track.reverse = Some(true),
            "noreverse" if list.takes_back => track.reverse = Some(false),
            other => {
                let which = match list.kind {
                    None => "track_interace", // sic
                    Some(ObjectKind::Script | ObjectKind::Process) => keyword,
                    Some(_) => noun,
                };
                let finding = self.track_error(
                    option.span,
                    format!("({owner}) unknown {noun} {called} weight option {other} - ignoring"),
                );
                finding
                    .label(if list.drops {
                        "`reverse` or `noreverse`; the whole line is ignored"
                    } else {
                        "`reverse` or nothing; the word is ignored"
                    })
                    .wording(format!(
                        "({owner}) unknown {which} {called} weight option {other} - ignoring"
                    ));
                if list.drops {
                    return None;
                }
            }
        }
        if let Some(extra) = words.next() {
            self.warning(Code::EXTRA_WORDS, extra.span, format!("extra words in `{keyword}`"))
                .label("ignored")
                .note("keepalived ignores them without a word");
        }
        Some(track)
    }

    fn weight(
        &mut self,
        owner: &str,
        list: &List,
        name: &Word,
        value: &Word,
    ) -> Option<Spanned<i16>> {
        let (read, counts) = list.most;
        let called = &name.text;
        let Some(weight) = self.signed_number(value, read) else {
            let said = match list.kind {
                None => format!(
                    "({owner}) weight {} for {called} must be between [-{counts}..{counts}] \
                     inclusive. Ignoring...",
                    value.text
                ),
                Some(ObjectKind::Script) => format!(
                    "({owner}) track script {called}: weight must be between \
                     [-{counts}..{counts}] inclusive, ignoring..."
                ),
                Some(_) => format!(
                    "({owner}) weight for {} {called} must be in [-{counts}..{counts}] inclusive. \
                     Ignoring...",
                    list.noun
                ),
            };
            self.error(Code::OUT_OF_RANGE, value.span, said).label("the weight is ignored");
            return None;
        };
        if weight.abs() > counts {
            let text = format!(
                "({owner}) weight for {called} cannot be +/-{read}. Setting to +/-{counts}"
            );
            self.error(Code::OUT_OF_RANGE, value.span, text);
        }
        Some(Spanned::new(weight.clamp(-counts, counts), value.span))
    }

    /// The object of that name, if it is defined above; else it has been reported.
    fn defined(
        &mut self,
        owner: &str,
        list: &List,
        kind: ObjectKind,
        name: &Word,
    ) -> Option<Object> {
        let found = self.known.find(kind, &name.text);
        if let Some(object) = found.filter(|object| object.span.start < name.span.start) {
            return Some(object);
        }
        let close = |known: &&str| {
            known.eq_ignore_ascii_case(&name.text)
                || known.replace(['-', '_'], "") == name.text.replace(['-', '_'], "")
        };
        let near = self.known.names(kind).find(close).map(str::to_owned);
        let block = match kind {
            ObjectKind::Script => "vrrp_script",
            ObjectKind::File => "track_file",
            ObjectKind::Process => "vrrp_track_process",
            ObjectKind::Bfd => "bfd_instance",
            ObjectKind::TrackGroup => "track_group",
        };
        let text = format!("({owner}) {} {} not found, ignoring...", list.noun, name.text);
        let finding = self
            .error(Code::UNKNOWN_TRACKED, name.span, text)
            .label("the line is ignored: nothing is tracked");
        match (found, near) {
            (Some(object), _) => drop(
                finding
                    .related(object.span, "it is defined here, further down")
                    .note("keepalived knows only what it has read already")
                    .help(format!("move the `{block}` above the block that tracks it")),
            ),
            (None, Some(near)) => drop(finding.help(format!("did you mean `{near}`?"))),
            (None, None) => {
                finding.help(format!("add `{block} {} {{ … }}` above", name.text));
            }
        }
        None
    }

    fn tracked_twice(&mut self, owner: &str, list: &List, line: &Statement, first: Span) {
        let name = line.keyword();
        let text = format!("({owner}) duplicate {} {name} - ignoring", list.keyword);
        self.error(Code::DUPLICATE_TRACK, line.line, text)
            .label("ignored: the first line counts")
            .related(first, "first listed here");
    }

    fn track_error(&mut self, span: Span, text: String) -> crate::lower::Draft<'_> {
        self.error(Code::TRACK_ENTRY, span, text)
    }

    /// Takes weighted trackers away from an instance of which they may not change the priority. The
    /// weight of an interface stays with a member of a sync group: keepalived only says that it goes.
    pub(super) fn unweighted(&mut self, owner: &str, tracking: &mut Tracking, why: Unweighted) {
        let (because, owns, related) = match why {
            Unweighted::SyncGroup(span) => ("SYNC group", false, (span, "in a sync group here")),
            Unweighted::Owner(span) => ("address_owner", true, (span, "the owner's priority")),
        };
        let help = if owns {
            "leave the weight out: an address owner's priority never changes"
        } else {
            "say `sync_group_tracking_weight` in the group, or track it in the group itself"
        };
        let weighted = |weight: Option<Spanned<i16>>, usual: i16| {
            let weight = weight.map_or(usual, |weight| weight.value);
            Some(weight).filter(|weight| *weight != 0)
        };
        let mut gone = Vec::new();
        tracking.interfaces.retain_mut(|track| {
            if weighted(track.weight, 0).is_none() {
                return true;
            }
            let name = &track.value.name;
            let text = if owns {
                format!("({owner}) ignoring {name} tracked interface due to address owner")
            } else {
                format!("({owner}) ignoring {name} tracked interface weight due to SYNC group")
            };
            // keepalived says so, and counts a member's weight all the same (2.2.7).
            gone.push((track.span, text, !owns));
            !owns
        });
        tracking.scripts.retain(|track| {
            let usual = self.known.find(ObjectKind::Script, &track.name);
            let stays = weighted(track.weight, usual.map_or(0, |script| script.weight)).is_none();
            if !stays {
                let name = &track.name;
                let text = format!(
                    "({owner}) ignoring tracked script {name} with weights due to {because}"
                );
                gone.push((track.span, text, false));
            }
            stays
        });
        tracking.files.retain_mut(|track| {
            let usual = self.known.find(ObjectKind::File, &track.name);
            let name = &track.value.name;
            match weighted(track.weight, usual.map_or(1, |file| file.weight)) {
                None => true,
                Some(1) => {
                    let text = format!(
                        "({owner}) ignoring weight from tracked file {name} due to {because}. \
                         specify weight 0"
                    );
                    gone.push((track.span, text, false));
                    track.value.weight = Some(Spanned::new(0, track.span));
                    true
                }
                Some(weight) => {
                    let text = format!(
                        "({owner}) ignoring tracked file {name} with weight {weight} due to \
                         {because}"
                    );
                    gone.push((track.span, text, false));
                    false
                }
            }
        });
        tracking.bfds.retain(|track| {
            let usual = self.known.find(ObjectKind::Bfd, &track.name);
            let weight = weighted(track.weight, usual.map_or(0, |bfd| bfd.weight));
            if let Some(weight) = weight {
                let name = &track.name;
                let text = format!(
                    "({owner}) ignoring tracked bfd {name} with weight {weight} due to {because}"
                );
                gone.push((track.span, text, false));
            }
            weight.is_none()
        });
        for (span, text, counts) in gone {
            let finding = self
                .error(Code::TRACK_IGNORED, span, text)
                .label(if counts {
                    "keepalived says that the weight is ignored, and counts it all the same"
                } else {
                    "its weight cannot change the priority here"
                })
                .verdict(Verdict::Counted)
                .related(related.0, related.1)
                .help(help);
            if counts {
                finding.note("stillalive counts it too: the priority changes with the interface");
            }
        }
    }

    /// The own interface is tracked anyway, unless `dont_track_primary` says otherwise.
    pub(super) fn own_interface_untracked(
        &mut self,
        owner: &str,
        own: Option<&IfName>,
        tracking: &mut Tracking,
    ) {
        let mut gone = Vec::new();
        tracking.interfaces.retain(|track| {
            let is_own = Some(&track.name) == own;
            if is_own {
                gone.push((track.span, track.name.clone()));
            }
            !is_own
        });
        for (span, name) in gone {
            let text = format!("({owner}) Ignoring track_interface {name} since own interface");
            self.error(Code::TRACK_IGNORED, span, text)
                .label("an instance tracks its own interface anyway")
                .help("remove the line");
        }
    }
}
