//! A member of a partial update: left alone, cleared or set. It keeps "absent" and "null" apart.

/// What an update does to one optional field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Patch<T> {
    #[default]
    Keep,
    Clear,
    Set(T),
}

impl<T> Patch<T> {
    #[must_use]
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    #[must_use]
    pub const fn as_ref(&self) -> Patch<&T> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(value),
        }
    }

    #[must_use]
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(f(value)),
        }
    }

    /// # Errors
    /// Those of `f`.
    pub fn try_map<U, E>(self, f: impl FnOnce(T) -> Result<U, E>) -> Result<Patch<U>, E> {
        Ok(match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(f(value)?),
        })
    }
}

impl<T: PartialEq> Patch<T> {
    /// Becomes `Keep` where it would leave the current value as it is.
    #[must_use]
    pub fn against(self, current: Option<&T>) -> Self {
        match self {
            Self::Clear if current.is_none() => Self::Keep,
            Self::Set(value) if current == Some(&value) => Self::Keep,
            other => other,
        }
    }
}

impl<T: Clone> Patch<T> {
    pub fn apply_to(&self, field: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = None,
            Self::Set(value) => *field = Some(value.clone()),
        }
    }
}

/// Absent is `Keep`, null is `Clear`.
impl<T> From<Option<Option<T>>> for Patch<T> {
    fn from(member: Option<Option<T>>) -> Self {
        match member {
            None => Self::Keep,
            Some(None) => Self::Clear,
            Some(Some(value)) => Self::Set(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_nothing_is_kept() {
        assert_eq!(Patch::Set(1).against(Some(&1)), Patch::Keep);
        assert_eq!(Patch::Set(1).against(Some(&2)), Patch::Set(1));
        assert_eq!(Patch::Set(1).against(None), Patch::Set(1));
        assert_eq!(Patch::<u8>::Clear.against(None), Patch::Keep);
        assert_eq!(Patch::Clear.against(Some(&1)), Patch::Clear);
        assert_eq!(Patch::Keep.against(Some(&1)), Patch::Keep);
    }

    #[test]
    fn applied_to_a_field() {
        let after = |patch: Patch<u8>, mut field| {
            patch.apply_to(&mut field);
            field
        };
        assert_eq!(after(Patch::Keep, Some(1)), Some(1));
        assert_eq!(after(Patch::Clear, Some(1)), None);
        assert_eq!(after(Patch::Set(2), None), Some(2));
        assert_eq!(Patch::from(Some(None::<u8>)), Patch::Clear);
        assert_eq!(Patch::<u8>::from(None), Patch::default());
    }
}
