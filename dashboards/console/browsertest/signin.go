package browsertest

import "github.com/chromedp/chromedp"

// SignIn goes to an address of the console that asks who somebody is, says so, and
// waits for an element of the page that follows, which is wholly there then.
func (b Tab) SignIn(address, name, password, until string) {
	b.t.Helper()
	b.Do(
		chromedp.Navigate(address),
		chromedp.SendKeys(chromedp.CSS("#name"), name), chromedp.SendKeys(chromedp.CSS("#password"), password),
		chromedp.Click(chromedp.CSS("button.main")), chromedp.WaitVisible(chromedp.CSS(until)),
	)
	b.Await(`document.readyState === "complete"`, "wholly there: whoever goes on at once would be overtaken by its end")
}
