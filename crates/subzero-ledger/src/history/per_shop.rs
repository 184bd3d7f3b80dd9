//! A value for each of a few shops: most histories are of one shop, and there are many histories, so that a tree would be mostly empty room.

use crate::ids::ShopId;

/// Values by shop, in the order of the shops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PerShop<T>(Vec<(ShopId, T)>);

impl<T> PerShop<T> {
    /// The value of a shop.
    pub fn get(&self, shop: ShopId) -> Option<&T> {
        let place = self.place(shop).ok()?;
        self.0.get(place).map(|(_, value)| value)
    }

    /// The value of a shop, to be changed; a new one where there was none.
    pub fn get_or_default(&mut self, shop: ShopId) -> &mut T
    where
        T: Default,
    {
        let place = match self.place(shop) {
            Ok(place) => place,
            Err(place) => {
                self.0.reserve_exact(1);
                self.0.insert(place, (shop, T::default()));
                place
            }
        };
        #[allow(clippy::indexing_slicing, reason = "it was found or put there")]
        &mut self.0[place].1
    }

    /// Every shop with its value.
    pub fn iter(&self) -> impl Iterator<Item = (ShopId, &T)> {
        self.0.iter().map(|(shop, value)| (*shop, value))
    }

    /// The shops.
    pub fn shops(&self) -> impl Iterator<Item = ShopId> {
        self.0.iter().map(|(shop, _)| *shop)
    }

    /// The values.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, value)| value)
    }

    fn place(&self, shop: ShopId) -> Result<usize, usize> {
        self.0.binary_search_by_key(&shop, |(known, _)| *known)
    }
}

impl<T> Default for PerShop<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> FromIterator<(ShopId, T)> for PerShop<T> {
    fn from_iter<I: IntoIterator<Item = (ShopId, T)>>(values: I) -> Self {
        let mut values: Vec<(ShopId, T)> = values.into_iter().collect();
        values.sort_by_key(|(shop, _)| *shop);
        values.dedup_by_key(|(shop, _)| *shop);
        values.shrink_to_fit();
        Self(values)
    }
}

impl<T> IntoIterator for PerShop<T> {
    type Item = (ShopId, T);
    type IntoIter = std::vec::IntoIter<(ShopId, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
