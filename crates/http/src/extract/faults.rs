//! Collects the faults of a body, all at once, each with its JSON pointer (RFC 6901). Values are never taken along.

use orderbase_application::Fault;
use orderbase_application::error::pointer_step;
use orderbase_kernel::{Invalid, InvalidCode, Patch};

/// More faults than this are not told; the first ones are enough to begin with.
pub const FAULTS_MAX: usize = 100;

/// The faults found so far, and the place that is being looked at.
#[derive(Debug)]
pub struct Faults {
    found: Vec<Fault>,
    at: String,
}

impl Default for Faults {
    fn default() -> Self {
        Self { found: Vec::new(), at: String::from("#") }
    }
}

impl Faults {
    /// The value, or `None` with its refusal noted at the member.
    pub fn read<T>(&mut self, member: &str, parsed: Result<T, Invalid>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(invalid) => {
                let pointer = self.pointer(member);
                self.push(Fault::at(pointer, &invalid));
                None
            }
        }
    }

    /// The same for the place that is being looked at, such as an entry of a list.
    pub fn here<T>(&mut self, parsed: Result<T, Invalid>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(invalid) => {
                let pointer = self.at.clone();
                self.push(Fault::at(pointer, &invalid));
                None
            }
        }
    }

    /// The same for a member that may be absent: `None` if refused, `Some(None)` if absent.
    pub fn optional<S, T>(
        &mut self,
        member: &str,
        sent: Option<S>,
        parse: impl FnOnce(S) -> Result<T, Invalid>,
    ) -> Option<Option<T>> {
        match sent {
            None => Some(None),
            Some(sent) => self.read(member, parse(sent)).map(Some),
        }
    }

    /// The same for a member of a merge patch, where absent keeps and null clears: `None` if refused.
    pub fn patch<S, T>(
        &mut self,
        member: &str,
        sent: Patch<S>,
        parse: impl FnOnce(S) -> Result<T, Invalid>,
    ) -> Option<Patch<T>> {
        match sent {
            Patch::Keep => Some(Patch::Keep),
            Patch::Clear => Some(Patch::Clear),
            Patch::Set(sent) => self.read(member, parse(sent)).map(Patch::Set),
        }
    }

    /// Reads inside a member that is an object.
    pub fn member<T>(&mut self, member: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.at.len();
        pointer_step(&mut self.at, member);
        let read = read(self);
        self.at.truncate(outer);
        read
    }

    /// Reads each entry of a member that is a list; `None` if any was refused.
    pub fn each<S, T>(
        &mut self,
        member: &str,
        entries: Vec<S>,
        mut read: impl FnMut(&mut Self, S) -> Option<T>,
    ) -> Option<Vec<T>> {
        let count = entries.len();
        let mut values = Vec::with_capacity(count);
        self.member(member, |faults| {
            for (index, entry) in entries.into_iter().enumerate() {
                let outer = faults.at.len();
                faults.at.push('/');
                faults.at.push_str(&index.to_string());
                values.extend(read(faults, entry));
                faults.at.truncate(outer);
            }
        });
        (values.len() == count).then_some(values)
    }

    /// Notes a broken rule at a member.
    pub fn rule(&mut self, member: &str, code: InvalidCode, detail: impl Into<String>) {
        let pointer = self.pointer(member);
        self.push(Fault::ruled(pointer, code, detail));
    }

    pub fn push(&mut self, fault: Fault) {
        if self.found.len() < FAULTS_MAX {
            self.found.push(fault);
        }
    }

    /// Adds the faults of another check, but where one was found already: the first says it better.
    pub fn complete(&mut self, others: Vec<Fault>) {
        for other in others {
            if self.found.iter().all(|fault| fault.place != other.place) {
                self.push(other);
            }
        }
    }

    /// The pointer of a member at the present place.
    pub fn pointer(&self, member: &str) -> String {
        let mut pointer = self.at.clone();
        pointer_step(&mut pointer, member);
        pointer
    }

    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub fn into_vec(self) -> Vec<Fault> {
        self.found
    }
}

#[cfg(test)]
mod tests {
    use orderbase_application::Place;

    use super::*;

    #[test]
    fn pointers_follow_the_place() {
        let mut faults = Faults::default();
        let bad = || Err::<(), _>(Invalid::plain(InvalidCode::Required));
        faults.read("a/b~c", bad());
        let items = faults.each("items", vec![1, 2, 3], |faults, entry| {
            if entry == 2 {
                faults.read("unit_price", bad())?
            }
            Some(entry)
        });
        faults.member("total", |faults| faults.read("amount", bad()));
        faults.rule("note", InvalidCode::Required, "is required here");
        assert_eq!(items, None);
        assert_eq!(faults.optional("name", None::<i32>, |_| bad()), Some(None));
        assert_eq!(faults.each("items", vec![1], |_, entry| Some(entry)), Some(vec![1]));
        let places: Vec<_> = faults.into_vec().into_iter().map(|fault| fault.place).collect();
        let wanted = ["#/a~1b~0c", "#/items/1/unit_price", "#/total/amount", "#/note"];
        assert_eq!(places, wanted.map(|pointer| Place::Pointer(pointer.to_owned())));
    }

    #[test]
    fn faults_are_bounded() {
        let mut faults = Faults::default();
        for _ in 0..1_000 {
            faults.rule("x", InvalidCode::Type, "");
        }
        assert_eq!(faults.into_vec().len(), FAULTS_MAX);
    }
}
