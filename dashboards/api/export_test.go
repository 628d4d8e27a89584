package api

// KnowsTokens is how many tokens were good when that was last looked.
func (s *Server) KnowsTokens() int {
	s.programs.mu.Lock()
	defer s.programs.mu.Unlock()
	return len(s.programs.live)
}
