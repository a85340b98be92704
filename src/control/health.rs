//! Whether the daemon is well, in one answer for load balancers and orchestrators.

use crate::engine::snapshot::{InstanceSnapshot, Snapshot, State};

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Question {
    /// Only about these instances; about all of them if there is none.
    pub instances: Vec<String>,
    /// They must be MASTER, too.
    pub master: bool,
}

/// What is wrong.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unwell {
    /// There is no such instance.
    #[error("no instance is called {0}")]
    Unknown(String),
    /// It cannot work.
    #[error("{instance} is in FAULT{}", because(.causes))]
    Fault {
        /// Which.
        instance: String,
        /// Why, in the words of the log.
        causes: Vec<String>,
    },
    /// It is not master, and that was asked for.
    #[error("{instance} is {state}, not MASTER")]
    NotMaster {
        /// Which.
        instance: String,
        /// What it is.
        state: State,
    },
}

fn because(causes: &[String]) -> String {
    match causes {
        [] => String::new(),
        causes => format!(": {}", causes.join(", ")),
    }
}

impl Question {
    /// All is well, or everything that is not.
    ///
    /// # Errors
    /// What is wrong, in the order of the question, or of the configuration.
    pub fn answer(&self, engine: &Snapshot) -> Result<(), Vec<Unwell>> {
        let mut wrong = Vec::new();
        if self.instances.is_empty() {
            wrong.extend(engine.instances.iter().filter_map(|instance| self.judge(instance)));
        }
        for name in &self.instances {
            match engine.instances.iter().find(|instance| instance.name == *name) {
                Some(instance) => wrong.extend(self.judge(instance)),
                None => wrong.push(Unwell::Unknown(name.clone())),
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn judge(&self, instance: &InstanceSnapshot) -> Option<Unwell> {
        let (name, state) = (instance.name.clone(), instance.state);
        match state {
            State::Fault => Some(Unwell::Fault {
                instance: name,
                causes: instance.causes.iter().map(ToString::to_string).collect(),
            }),
            State::Master => None,
            _ => self.master.then_some(Unwell::NotMaster { instance: name, state }),
        }
    }
}
