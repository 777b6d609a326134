//! Which namespace an element is in, looked up only where it can differ from the document's.

use super::code::Code;
use super::error::{CamtError, shown};

/// The namespace declarations in force.
#[derive(Clone, Default)]
pub(super) struct Scope {
    bindings: Vec<Binding>,
    /// How many of the bindings were declared below the root.
    nested: usize,
    prefix: String,
    namespace: String,
}

#[derive(Clone)]
struct Binding {
    depth: usize,
    prefix: String,
    namespace: String,
}

impl Scope {
    /// Takes a declaration of the element at this depth; the root is at 1.
    pub(super) fn declare(&mut self, depth: usize, prefix: &str, namespace: &str) {
        self.nested += usize::from(depth != 1);
        self.bindings.push(Binding { depth, prefix: prefix.to_owned(), namespace: namespace.to_owned() });
    }

    /// True when the element at this depth is in the namespace of the document.
    pub(super) fn is_ours(&mut self, depth: usize, prefix: &str, line: u64) -> Result<bool, CamtError> {
        if depth == 1 {
            prefix.clone_into(&mut self.prefix);
            self.namespace = self.namespace_of(prefix, line)?.to_owned();
            return Ok(true);
        }
        // Comparing two empty texts costs half the time of the whole reading on some processors.
        let same = match (prefix, self.prefix.as_str()) {
            ("", own) => own.is_empty(),
            (prefix, own) => prefix == own,
        };
        if self.nested == 0 && same {
            return Ok(true);
        }
        Ok(self.namespace_of(prefix, line)? == self.namespace)
    }

    /// Forgets what the element at this depth declared.
    pub(super) fn close(&mut self, depth: usize) {
        while self.nested != 0 && self.bindings.pop_if(|last| last.depth == depth).is_some() {
            self.nested -= 1;
        }
    }

    /// The namespace of the root; empty where it has none.
    pub(super) fn namespace(&self) -> &str {
        &self.namespace
    }

    fn namespace_of(&self, prefix: &str, line: u64) -> Result<&str, CamtError> {
        let mut inner_first = self.bindings.iter().rev();
        match inner_first.find(|binding| binding.prefix == prefix) {
            Some(binding) => Ok(&binding.namespace),
            None if prefix.is_empty() => Ok(""),
            None => {
                let text = format!("prefix `{}` is not declared", shown(prefix));
                Err(CamtError::NotWellFormed { line, code: Code::Xml, text })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_of_another_namespace_is_foreign_until_it_closes() {
        let mut scope = Scope::default();
        let ours = |scope: &mut Scope, depth, prefix| scope.is_ours(depth, prefix, 1).ok();
        scope.declare(1, "c", "urn:camt");
        assert_eq!(ours(&mut scope, 1, "c"), Some(true));
        assert_eq!(scope.namespace(), "urn:camt");
        assert_eq!(ours(&mut scope, 2, ""), Some(false));
        assert_eq!(ours(&mut scope, 2, "x"), None);

        scope.declare(2, "c", "urn:other");
        assert_eq!(ours(&mut scope, 2, "c"), Some(false));
        scope.close(2);
        assert_eq!(ours(&mut scope, 2, "c"), Some(true));
    }
}
