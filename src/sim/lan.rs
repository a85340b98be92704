//! The LAN: which copy of a frame arrives where, and when.
//!
//! It decides for each copy on its own, so two frames of one sender overtake each other if the
//! delay varies. What was sent before a partition still arrives.

use std::collections::VecDeque;
use std::time::Duration;

/// How good the LAN is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quality {
    /// The shortest way.
    pub least_delay: Duration,
    /// The longest way; more than the shortest reorders frames.
    pub most_delay: Duration,
    /// Copies in a thousand that are lost.
    pub loss: u16,
    /// Copies in a thousand that arrive twice.
    pub duplication: u16,
}

impl Quality {
    /// 100 µs, nothing lost, nothing doubled.
    pub const PERFECT: Self = Self {
        least_delay: Duration::from_micros(100),
        most_delay: Duration::from_micros(100),
        loss: 0,
        duplication: 0,
    };
}

/// What becomes of one copy of a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It does not arrive.
    Lost,
    /// It arrives after this long.
    Arrives(Duration),
    /// It arrives twice.
    Twice(Duration, Duration),
}

/// The medium between the hosts.
#[derive(Clone, Debug)]
pub struct Lan {
    quality: Quality,
    /// Group of each host; frames stay inside a group. Empty: all are together.
    groups: Vec<u8>,
    generator: Generator,
    script: VecDeque<Fate>,
}

impl Lan {
    /// A LAN whose accidents follow from the seed.
    pub fn new(quality: Quality, seed: u64) -> Self {
        Self {
            quality,
            groups: Vec::new(),
            generator: Generator::new(seed),
            script: VecDeque::new(),
        }
    }

    /// Decides the fate of the next copies by a list; after its end the seed decides again.
    pub fn script(&mut self, fates: impl IntoIterator<Item = Fate>) {
        self.script.extend(fates);
    }

    /// Changes the quality for what is sent from now on.
    pub fn set_quality(&mut self, quality: Quality) {
        self.quality = quality;
    }

    /// How good it is now.
    pub fn quality(&self) -> Quality {
        self.quality
    }

    /// Parts the hosts; a host without an entry is in group 0.
    pub fn part(&mut self, groups: Vec<u8>) {
        self.groups = groups;
    }

    /// Everyone reaches everyone again.
    pub fn heal(&mut self) {
        self.groups.clear();
    }

    /// True if no partition is between the two.
    pub fn connects(&self, from: usize, to: usize) -> bool {
        let group = |host: usize| self.groups.get(host).copied().unwrap_or(0);
        group(from) == group(to)
    }

    /// Decides on one copy.
    pub fn fate(&mut self, from: usize, to: usize) -> Fate {
        if !self.connects(from, to) {
            return Fate::Lost;
        }
        if let Some(fate) = self.script.pop_front() {
            return fate;
        }
        let Quality { loss, duplication, .. } = self.quality;
        if self.generator.happens(loss) {
            Fate::Lost
        } else if self.generator.happens(duplication) {
            Fate::Twice(self.delay(), self.delay())
        } else {
            Fate::Arrives(self.delay())
        }
    }

    fn delay(&mut self) -> Duration {
        let Quality { least_delay, most_delay, .. } = self.quality;
        least_delay + self.generator.up_to(most_delay.saturating_sub(least_delay))
    }
}

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014). It has
/// to be the same on every machine and in every version, and to be good enough to pick frames;
/// nothing here is secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Generator(u64);

impl Generator {
    /// Starts at the seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// True so many times in a thousand. Asks for no number if the answer is fixed.
    pub fn happens(&mut self, per_mille: u16) -> bool {
        per_mille > 0 && self.draw() % 1000 < u64::from(per_mille)
    }

    /// A time between zero and `most`, in microseconds.
    pub fn up_to(&mut self, most: Duration) -> Duration {
        let most = u64::try_from(most.as_micros()).unwrap_or(u64::MAX);
        match most.checked_add(1) {
            None | Some(1) => Duration::ZERO,
            Some(choices) => Duration::from_micros(self.draw() % choices),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUGH: Quality = Quality {
        least_delay: Duration::from_millis(1),
        most_delay: Duration::from_millis(9),
        loss: 300,
        duplication: 200,
    };

    #[test]
    fn the_generator_gives_the_published_numbers() {
        let mut generator = Generator::new(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| generator.draw()).collect();
        assert_eq!(
            first,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn a_seed_is_a_fate() {
        let fates = |seed| {
            let mut lan = Lan::new(ROUGH, seed);
            (0..1000).map(|_| lan.fate(0, 1)).collect::<Vec<_>>()
        };
        assert_eq!(fates(7), fates(7));
        assert_ne!(fates(7), fates(8));
        let lost = fates(7).iter().filter(|fate| **fate == Fate::Lost).count();
        assert!((250..350).contains(&lost), "{lost} of 1000 lost");
        let late = Duration::from_millis(1)..=Duration::from_millis(9);
        assert!(fates(7).iter().all(|fate| match fate {
            Fate::Lost => true,
            Fate::Arrives(delay) => late.contains(delay),
            Fate::Twice(one, other) => late.contains(one) && late.contains(other),
        }));
    }

    #[test]
    fn a_partition_parts_and_a_script_comes_first() {
        let mut lan = Lan::new(Quality::PERFECT, 0);
        lan.part(vec![0, 1, 0]);
        lan.script([Fate::Lost]);
        assert_eq!(lan.fate(0, 1), Fate::Lost);
        assert_eq!(lan.fate(0, 2), Fate::Lost, "the script's");
        assert_eq!(lan.fate(0, 2), Fate::Arrives(Duration::from_micros(100)));
        lan.heal();
        assert_eq!(lan.fate(0, 1), Fate::Arrives(Duration::from_micros(100)));
    }
}
