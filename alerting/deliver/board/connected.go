package board

// Connected reports whether an account has a page open now.
func (b *Board) Connected(account string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.pages[account] > 0
}
